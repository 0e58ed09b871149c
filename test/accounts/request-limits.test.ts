/** How many requests, and new guests, one address or user may send: the burst, what comes after it, and no limit. */
import { expect, test } from "vitest";
import { type LimitedBy, requestLimiter } from "../../server/accounts/request-limits.ts";
import { world } from "../matchmaking/world.ts";

const limits = { perAddressPerSecond: 2, perUserPerSecond: 1, guestsPerAddressPerMinute: 3 };

function setUp(more: Partial<typeof limits> = {}) {
  const parts = world();
  const limited: LimitedBy[] = [];
  const takeOne = requestLimiter(parts.store, { ...limits, ...more }, (by) => limited.push(by));
  /** How many of so many pass at once. */
  const passing = async (by: LimitedBy, who: string, tries: number) => {
    let passed = 0;
    for (let at = 0; at < tries; at++) if ((await takeOne(by, who)).ok) passed += 1;
    return passed;
  };
  return { parts, limited, passing };
}

test.each<[LimitedBy, number]>([
  ["address", 20],
  ["user", 10],
  ["guest", 12],
])("[P6] per %s, %i pass at once, and the next one is counted as limited", async (by, burst) => {
  const { limited, passing } = setUp();
  expect(await passing(by, "ann", burst + 1)).toBe(burst);
  expect(limited).toEqual([by]);
  expect(await passing(by, "ben", 1)).toBe(1);
});

test("with time more may pass: seconds for requests, minutes for new guests", async () => {
  const { parts, passing } = setUp();
  for (const by of ["address", "guest"] as const) await passing(by, "ann", 30);
  await parts.pass(1000);
  expect(await passing("address", "ann", 10)).toBe(2);
  expect(await passing("guest", "ann", 10)).toBe(0);
  await parts.pass(60_000);
  expect(await passing("guest", "ann", 10)).toBe(3);
});

test("a limit of 0 is none", async () => {
  const { limited, passing } = setUp({ perAddressPerSecond: 0, guestsPerAddressPerMinute: 0 });
  expect(await passing("address", "ann", 100)).toBe(100);
  expect(await passing("guest", "ann", 100)).toBe(100);
  expect(limited).toEqual([]);
});
