/**
 * What is wrong with what `defineGame` is given, before it makes a game of it: a part that nobody reads, and functions that are
 * none. It would hide both behind functions of its own. Everything else is looked at in the game that it makes.
 */
import { unknownPart } from "./unknown-part.ts";

/** must: there is no game without it. may: it may be left out. other: looked at later. */
type PartKind = "must" | "may" | "other";
type PartKinds = Readonly<Record<string, PartKind>>;

const parts: PartKinds = {
  ...{ name: "other", version: "other", rate: "other", tickRate: "other", patchRate: "other" },
  ...{ seats: "other", whenEmpty: "other", seatGrace: "other", options: "other", serverOptions: "other" },
  ...{ input: "other", commands: "other", asks: "other", view: "other", own: "other", sight: "other" },
  ...{ spectators: "other", create: "must", step: "must", see: "must" },
  ...{ wakeAt: "may", outcome: "may", migrate: "may", queueOptions: "may", brain: "may" },
};
const ofViewers: Readonly<Record<"own" | "sight", PartKinds>> = {
  own: { fields: "other", see: "must" },
  sight: { fields: "other", see: "must", sees: "must", constant: "may", prepare: "may" },
};

/** @throws TypeError with the game's name and the part */
export function assertDefinition(definition: object): void {
  const given = definition as { readonly [part: string]: unknown };
  const name = JSON.stringify(given["name"]);
  const problem = problemIn(given, parts, "");
  if (problem !== undefined) throw new TypeError(`the game ${name} ${problem}`);
  for (const [part, its] of Object.entries(ofViewers)) {
    const value = given[part];
    if (value === undefined) continue;
    const inside = problemIn(Object(value), its, `${part}.`);
    if (inside !== undefined) throw new TypeError(`the game ${name} ${inside}`);
  }
}

function problemIn(
  given: { readonly [part: string]: unknown },
  known: PartKinds,
  inside: string,
): string | undefined {
  const strange = unknownPart(given, Object.keys(known));
  if (strange !== undefined) return `has ${inside === "" ? "" : `in \`${inside.slice(0, -1)}\` `}${strange}`;
  for (const [part, kind] of Object.entries(known)) {
    const value = given[part];
    if (kind === "other" || typeof value === "function") continue;
    if (value !== undefined && value !== null)
      return `has a \`${inside}${part}\` that is not a function, but ${typeof value}`;
    if (kind === "must") return `has no \`${inside}${part}\``;
  }
  return undefined;
}
