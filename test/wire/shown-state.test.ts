/** States of rooms in the form in which what a client decoded is compared with what was written. */
import { expect, test } from "vitest";
import { comparable, isPartOf } from "../../shared/wire/shown-state.ts";

test("fields that are not set are left out, numbers are as precise as they may be sent, and everything is plain JSON", () => {
  const state = {
    a: undefined,
    b: null,
    list: [0.1, null, undefined],
    deep: { n: 1 / 3, big: 5n, text: "t" },
  };
  const shown = comparable({ ...state, nan: Number.NaN, huge: 1e300 });
  expect(shown).toEqual({
    ...{ list: [Math.fround(0.1), null, null], nan: "NaN", huge: "Infinity" },
    deep: { n: Math.fround(1 / 3), big: "5n", text: "t" },
  });
  expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
});

test.each([
  [{ a: 1 }, { a: 1, b: 2 }, true],
  [{ a: { b: { c: "x" } } }, { a: { b: { c: "x", d: 1 }, e: [] } }, true],
  [{ a: 2 }, { a: 1, b: 2 }, false],
  [{ gone: 1 }, { a: 1 }, false],
  [{ a: {} }, { a: 1 }, false],
  [{ a: {} }, { a: [] }, false],
  [[1, 3], [1, 2, 3], true],
  [[3, 1], [1, 2, 3], false],
  [[1, 1], [1, 2, 3], false],
  [[{ x: 1 }], [{ x: 2 }, { x: 1, y: 1 }], true],
  [[], {}, false],
])("%j is a part of %j: %s", (part, whole, is) => {
  expect(isPartOf(part, whole)).toBe(is);
});
