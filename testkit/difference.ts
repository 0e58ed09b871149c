/** The first place in which two plain values differ, in words. For messages; whether they differ at all, a hash says faster. */

const shownMax = 80;

/** @returns undefined when they are equal; else `players.0.y: 12 and 13` */
export function firstDifference(one: unknown, other: unknown, path = ""): string | undefined {
  if (one === other || Object.is(one, other)) return undefined;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return `${path === "" ? "the whole" : path}: ${shown(one)} and ${shown(other)}`;
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  for (const key of keys) {
    const found = firstDifference(one[key], other[key], path === "" ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}
