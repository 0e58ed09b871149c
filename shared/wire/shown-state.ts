/**
 * The state of a room of Colyseus as a client decodes it, in a form that can be compared with what its server wrote down:
 * fields that are not set are left out, and numbers have the precision in which the schema may send them.
 */

/** @param state plain data, as `toJSON()` of a state has it */
export function comparable(state: unknown): unknown {
  switch (typeof state) {
    case "number":
      return comparableNumber(state);
    case "bigint":
      return `${state}n`;
    case "object":
      if (state === null) return null;
      if (Array.isArray(state)) return state.map((each) => comparable(each ?? null));
      return Object.fromEntries(
        Object.entries(state)
          .filter(([, value]) => value !== undefined && value !== null)
          .map(([name, value]) => [name, comparable(value)]),
      );
    default:
      return state;
  }
}

/** What no JSON can carry is a text. */
function comparableNumber(value: number): number | string {
  const sent = Math.fround(value);
  return Number.isFinite(sent) ? sent : String(sent);
}

/**
 * Whether everything that is in `part` is in `whole`, where it is there: what a client knows that sees only some of it. Of a
 * list some entries may be missing, and the others are in their order.
 */
export function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && isSublist(part, whole);
  if (typeof part !== "object" || part === null) return Object.is(part, whole);
  if (typeof whole !== "object" || whole === null || Array.isArray(whole)) return false;
  return Object.entries(part).every(
    ([name, value]) =>
      Object.hasOwn(whole, name) && isPartOf(value, (whole as Record<string, unknown>)[name]),
  );
}

function isSublist(part: readonly unknown[], whole: readonly unknown[]): boolean {
  let at = 0;
  for (const each of part) {
    while (at < whole.length && !isPartOf(each, whole[at])) at += 1;
    if (at === whole.length) return false;
    at += 1;
  }
  return true;
}
