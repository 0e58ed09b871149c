/** Which request targets of an upgrade are an address of a match. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { upgradeTarget } from "../../server/room/upgrade-target.ts";

const first = "/qW3_-Xy/8k2m4n6p?sessionId=aB3_-xyz9&_authToken=ey.J_h-b.c";

test("what the SDK and our client ask is taken, first and again", () => {
  const target = { matchId: "8k2m4n6p", sessionId: "aB3_-xyz9" };
  expect(upgradeTarget(first)).toEqual({ ...target, reconnectionToken: undefined });
  const again = `${first}&reconnectionToken=tok-en_1&skipHandshake=true`;
  expect(upgradeTarget(again)).toEqual({ ...target, reconnectionToken: "tok-en_1" });
  expect(upgradeTarget(`${first}&a-name-of-the-page=1`)).toEqual(upgradeTarget(first));
});

test.each([
  undefined,
  "",
  "/",
  "//",
  "//p/m?sessionId=a",
  "/p",
  "/p/m",
  "/p/m?",
  "/p/m?x=1",
  "/p/m?sessionId=",
  "/p/m?sessionId=a b",
  "/p/m?sessionId=a%20b",
  "/p/m?sessionId=a#b",
  "/p/m?sessionId=a&reconnectionToken=",
  "/p/m?sessionId=a&reconnectionToken=a:b",
  "/a/p/m?sessionId=a",
  "/p/m/?sessionId=a",
  "/p/m%2f?sessionId=a",
  "http://holdfast.example/p/m?sessionId=a",
  "*",
  `/p/m?sessionId=${"a".repeat(65)}`,
  `/p/${"m".repeat(65)}?sessionId=a`,
  `/p/m?sessionId=a&_authToken=${"x".repeat(8200)}`,
  "/p/m?sessionId=\u00e4",
])("[P6] %j is no address of a match", (url) => {
  expect(upgradeTarget(url)).toBeUndefined();
});

test("[P7] whatever is taken is a URL that Colyseus reads as the same", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/);
  const piece = fc.oneof({ weight: 6, arbitrary: word }, fc.stringMatching(/^[!-~]{0,6}$/));
  const pair = fc.tuple(fc.constantFrom("sessionId", "reconnectionToken", "x"), piece);
  const url = fc
    .tuple(piece, piece, fc.array(pair, { maxLength: 4 }))
    .map(([a, b, query]) => `/${a}/${b}?${query.map((each) => each.join("=")).join("&")}`);
  let taken = 0;
  fc.assert(
    fc.property(url, (each) => {
      const target = upgradeTarget(each);
      if (target === undefined) return;
      taken += 1;
      const read = new URL(`ws://server${each}`);
      expect(read.pathname.split("/").slice(2)).toEqual([target.matchId]);
      expect(read.searchParams.get("sessionId")).toBe(target.sessionId);
      expect(read.searchParams.get("reconnectionToken") ?? undefined).toBe(target.reconnectionToken);
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(50);
});
