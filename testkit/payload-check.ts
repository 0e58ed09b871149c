/**
 * Whether what a step gives away arrives as it was given: events, asks and the data of answers go through JSON. A Map or a Set
 * becomes `{}`, a Date a text, a class loses its methods, NaN becomes null, all without a word. For tests and for
 * development: a server takes them as JSON makes them.
 */
import type { AnyGame, Stepped } from "../shared/game/game.ts";

type AnyStepped = ReturnType<AnyGame["step"]>;

/** @returns what is wrong first, with the path; undefined: everything arrives as it is */
export function payloadProblem({ asks: declared = {} }: AnyGame, stepped: AnyStepped): string | undefined {
  const { answers, told = [], asks = [] }: Stepped = "answers" in stepped ? stepped : { answers: stepped };
  for (const { name, payload } of told) {
    const fault = lostIn(payload, "payload");
    if (fault !== undefined) return `the event "${name}" does not arrive as it is told: ${fault}`;
  }
  for (const { name, payload } of asks) {
    // What the schema makes of it is what counts: it may take a Date and make a text of it.
    const parsed = declared[name]?.payload?.safeParse(payload);
    const fault = lostIn(parsed?.success === true ? parsed.data : payload, "payload");
    if (fault !== undefined) return `the ask "${name}" does not arrive as it is asked: ${fault}`;
  }
  for (const answer of answers) {
    const fault = answer.ok ? lostIn(answer.data, "data") : undefined;
    if (fault !== undefined) return `the answer to a command does not arrive as it is given: ${fault}`;
  }
  return undefined;
}

/** @returns the first thing that JSON changes. A part of an object that is undefined counts as left out */
export function lostIn(value: unknown, path: string): string | undefined {
  return faultIn(value, path, []);
}

function faultIn(value: unknown, path: string, around: readonly object[]): string | undefined {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean")
    return undefined;
  if (typeof value === "number")
    return Number.isFinite(value) ? undefined : `${path} is ${value}, which becomes null`;
  if (typeof value !== "object") return `${path} is a ${typeof value}, which JSON has not`;
  if (around.includes(value)) return `${path} contains itself`;
  const isList = Array.isArray(value);
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  if (!isList && prototype !== Object.prototype && prototype !== null)
    return `${path} is a ${prototype.constructor?.name ?? "class instance"}, not a plain object`;
  for (const [key, each] of Object.entries(value)) {
    const inside = isList ? `${path}[${key}]` : `${path}.${key}`;
    if (isList && each === undefined) return `${inside} is undefined, which becomes null`;
    const fault = faultIn(each, inside, [...around, value]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
