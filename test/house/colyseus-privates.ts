/**
 * Privates of Colyseus, of its schema and of ws have one place, where each is checked at the start
 * (server/room/colyseus-internals). This rule finds them by name anywhere else in the server.
 */
import { lineAt, type SyntaxNode, walk } from "./source.ts";
import type { Finding, Rule } from "./tidy-rules.ts";

const home = "server/room/colyseus-internals";

/** Private only by their declaration. No code of ours uses these names for anything else. */
const plainNames = new Set(["nextUniqueId", "needFullEncode", "setRoot", "forEachChild", "onleave"]);
/** Protected members, which subclasses have to name. */
const subclassNames = new Set([
  "listenForUpgrade",
  "autoTerminateUnresponsiveClients",
  "onConnection",
  "wss",
]);
const subclasses = new Set(["server/room/gated-transport.ts", "server/room/closed-transport.ts"]);
/** A private of Node, which tells nowhere else how much of a write the kernel has taken. */
const nodePrivates = new Set(["server/room/heartbeat.ts _handle"]);

export const colyseusPrivates: Rule = ({ path, ...source }) => {
  if (!path.startsWith("server/") || path.startsWith(home)) return [];
  const findings: Finding[] = [];
  walk(source.program, (node) => {
    const name = memberNamed(node);
    if (name === undefined || nodePrivates.has(`${path} ${name}`)) return;
    const isPrivate = /^_[a-z]/i.test(name) || plainNames.has(name);
    if (isPrivate || (subclassNames.has(name) && !subclasses.has(path)))
      findings.push({
        line: lineAt({ path, ...source }, node.start),
        problem: `${name} is a private: name it in ${home}, which is checked at the start`,
      });
  });
  return findings;
};

/** The name in `a.name`, `a["name"]` and `{ name: … }`, and of a member of a type or a class. */
function memberNamed(node: SyntaxNode): string | undefined {
  const key = node.type === "MemberExpression" ? node.property : node.key;
  const { type, name, value } = (key ?? {}) as { type?: string; name?: string; value?: unknown };
  if (type === "Literal") return typeof value === "string" ? value : undefined;
  return type === "Identifier" && node.computed !== true ? name : undefined;
}
