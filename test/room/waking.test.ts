/** The bounds of waking, and what becomes of matches that cannot be woken: with a host and a store that the test decides. */
import { expect, it } from "vitest";
import type { MatchEntry } from "../../server/durability/store.ts";
import type { RestoreOutcome } from "../../server/match/host.ts";
import { Waking } from "../../server/room/waking.ts";

const sleeping = (id: string) =>
  ({ ...{ id, state: "sleeping", epoch: 1, node: "n", about: "{}", createdAtMs: 0 } }) as MatchEntry;

function setUp(outcome: RestoreOutcome = { kind: "restored" }) {
  const restoring: PromiseWithResolvers<void>[] = [];
  const awake = new Set<string>();
  const woken: string[] = [];
  const waking = new Waking({
    store: {
      find: async (id) => (id.startsWith("m") ? sleeping(id) : undefined),
      openAsleep: async () => ["m1", "m2"],
    },
    host: {
      ...{ hosts: (id) => awake.has(id), isFull: false },
      restoreOne: async () => {
        const turn = Promise.withResolvers<void>();
        restoring.push(turn);
        await turn.promise;
        return outcome;
      },
    },
    ...{ isAwake: (id) => awake.has(id), asleep: () => undefined, noneFalls: async () => {} },
    openRoom: async (id) => void awake.add(id),
    onWoken: (id) => woken.push(id),
    ...{ isReady: () => true, nowMs: () => 0, log: () => {} },
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { waking, restoring, woken, awake, settled };
}

it("[P6.17] a few matches are woken at once, some wait in line, and beyond that the answer is to ask again", async () => {
  const { waking, restoring, settled, woken } = setUp();
  const asked = Array.from({ length: 264 }, (_, each) => waking.wake(`m${each}`));
  await settled();
  expect(restoring).toHaveLength(8);
  expect(await waking.wake("m264")).toMatchObject({ kind: "refused", why: { code: "match/waking" } });
  // Who wants one that is under way waits with it.
  const same = waking.wake("m0");
  while (woken.length < 264) {
    for (const turn of restoring.splice(0)) turn.resolve();
    await settled();
  }
  expect((await Promise.all([...asked, same])).every(({ kind }) => kind === "here")).toBe(true);
  expect(waking.underWay).toBe(0);
});

it.each([
  ["lost-race", "match/moving"],
  ["left", "match/moving"],
] as const)("[P5.18] a match that this process cannot take (%s) is asked for again", async (kind, code) => {
  const { waking, restoring, settled } = setUp({ kind, reason: "why" });
  const woken = waking.wake("m1");
  await settled();
  restoring[0]!.resolve();
  expect(await woken).toMatchObject({ kind: "refused", why: { code } });
});

it("[P7.3] one that cannot be read is unknown from then on, and so is one that never slept", async () => {
  const { waking, restoring, settled } = setUp({ kind: "set-aside", reason: "why" });
  const woken = waking.wake("m1");
  await settled();
  restoring[0]!.resolve();
  expect([await woken, await waking.wake("other")]).toEqual([{ kind: "unknown" }, { kind: "unknown" }]);
});
