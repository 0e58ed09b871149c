/**
 * Who reads the system's clock, which may step and which differs between machines. Durations go by
 * `performance.now`, moments that are compared by the clock of the store; what is left is in this list, each with
 * its reason, and nothing else is.
 */
import { expect, test } from "vitest";
import { readSource, type Source, type SyntaxNode, sourcePaths, walk } from "./house/source.ts";

const allowed: Readonly<Record<string, string>> = {
  "server/ops/log.ts": "the time of a log line, for people who compare it with other logs",
  "local-fleet/running-fleet.ts": "when a fleet was started, for who looks at its file",
  "server/ops/clock.ts":
    "one place to read it: tokens of an identity provider are dated by wall clocks, matches are stamped for people",
  "server/stores/local-rows.ts": "where the clock of a local store begins",
  "shared/client/kept-session.ts":
    "how old a token is that was kept over a restart; one that is refused is refreshed all the same",
  "server/durability/stores/embedded.ts": "the default of tools that only read, and of tests",
  "server/durability/stores/memory.ts": "the default of tests",
  "server/durability/stores/redis.ts": "the default of tools that only read, and of tests",
};

/** `Date.now`, `new Date()` and `Date()`: a date that is made of a number reads no clock. */
function readsWallClock(source: Source): boolean {
  let found = false;
  walk(source.program, (node) => {
    const isDate = (part: unknown) => (part as SyntaxNode | undefined)?.name === "Date";
    if (node.type === "MemberExpression" && isDate(node.object) && nameOf(node.property) === "now")
      found = true;
    const isCall = node.type === "NewExpression" || node.type === "CallExpression";
    if (isCall && isDate(node.callee) && (node.arguments as readonly unknown[]).length === 0) found = true;
    if (node.type === "MemberExpression" && nameOf(node.property) === "timeOrigin") found = true;
  });
  return found;
}

const nameOf = (node: unknown) => (node as { name?: string } | undefined)?.name;

test("[P6] nothing in the server, or in the client that pages and bots share, reads the system's clock but what is listed", () => {
  const reading = sourcePaths()
    // The page of a game shows people their own time.
    .filter(
      (path) => /^(server|shared|local-fleet)\//.test(path) && !/^shared\/games\/[^/]+\/page\//.test(path),
    )
    .filter((path) => readsWallClock(readSource(path)))
    .sort();
  expect(reading).toEqual(Object.keys(allowed).sort());
});
