/** hashPlain: equal for equal content, different for any difference, and clear about what it refuses. */
import fc from "fast-check";
import { pack, unpack } from "msgpackr";
import { expect, test } from "vitest";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";

const plain = fc
  .jsonValue({ depthSize: "medium" })
  .filter((value) => !JSON.stringify(value).includes("__proto__"));
const key = fc.string().filter((name) => name !== "__proto__");

test("[P4.4] the hash of a value is this, on every machine", () => {
  expect(hashPlain({ name: "Ada", at: [1, -2.5, 1e300], alive: true })).toBe("27ad53e1851afad8");
});

test("[P4] a trip through msgpack changes no hash", () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(hashPlain(unpack(pack(value)))).toBe(hashPlain(value));
    }),
  );
});

test("[P4] the order of the keys does not matter", () => {
  fc.assert(
    fc.property(fc.dictionary(key, plain), (object) => {
      const turned = Object.fromEntries(Object.entries(object).reverse());
      expect(hashPlain({ in: [turned] })).toBe(hashPlain({ in: [object] }));
    }),
  );
});

test("[P4] different content has different hashes", () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      // JSON text with sorted keys is the slow and obvious fingerprint
      fc.pre(sortedText(a) !== sortedText(b));
      expect(hashPlain(a)).not.toBe(hashPlain(b));
    }),
    { numRuns: 1000 },
  );
});

test("values that are easily mixed up differ", () => {
  const values = [
    0, 1, -1, 0.5, 2 ** 31, 2 ** 32, -(2 ** 31), 1e-300, "", "0", "1", true, false, null, [], {}, [[]], [0], [0, 0],
    [[], []], ["a", "b"], ["ab"], ["b", "a"], { a: 1, b: 2 }, { a: 2, b: 1 }, { a: {} }, { a: [] }, { ab: 1 },
    [{ a: 1 }, { b: 2 }], [{ b: 2 }, { a: 1 }], { a: { b: 1 }, c: 2 }, { a: { c: 2 }, b: 1 },
  ]; // biome-ignore format: a table
  expect(new Set(values.map(hashPlain)).size).toBe(values.length);
});

test("no two of 200,000 small differences collide in either half of the hash by more than chance", () => {
  const halves = [new Set<string>(), new Set<string>()] as const;
  const count = 200_000;
  for (let n = 0; n < count; n++) {
    const hash = hashPlain({ x: n & 511, y: n >>> 9 });
    halves[0].add(hash.slice(0, 8));
    halves[1].add(hash.slice(8));
  }
  // count^2 / 2^33 = 4.7 collisions expected of a perfect 32-bit hash
  for (const half of halves) expect(count - half.size).toBeLessThan(20);
});

test("zero and negative zero are one", () => {
  expect(hashPlain([-0])).toBe(hashPlain([0]));
});

test.each([
  [{ a: [1, { b: Number.NaN }] }, "$.a[1].b is NaN"],
  [{ a: Number.POSITIVE_INFINITY }, "$.a is Infinity"],
  [{ a: undefined }, "$.a is undefined"],
  [[new Array(1)], "$[0][0] is undefined"],
  [{ run: () => 1 }, "$.run is function"],
  [{ big: 1n }, "$.big is bigint"],
  [{ map: new Map() }, "$.map is a Map, not a plain object"],
  [{ set: new Set() }, "$.set is a Set, not a plain object"],
  [[new Date(0)], "$[0] is a Date, not a plain object"],
  [new Uint8Array(2), "$ is a Uint8Array, not a plain object"],
  [undefined, "$ is undefined"],
  [{ a: JSON.parse('{"__proto__":{}}') }, "$.a has a key __proto__, which no snapshot can carry"],
])("it refuses %o and says where", (value, message) => {
  expect(() => hashPlain(value)).toThrow(`cannot hash: ${message}`);
});

test("it refuses a cycle instead of running for ever", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(() => hashPlain(loop)).toThrow("(a cycle?)");
});

test("a refusal leaves nothing behind", () => {
  const before = hashPlain({ a: 1 });
  expect(() => hashPlain({ a: Number.NaN })).toThrow();
  expect(hashPlain({ a: 1 })).toBe(before);
});

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
