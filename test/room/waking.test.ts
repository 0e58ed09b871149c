/** The bounds of waking, and what becomes of matches that cannot be woken: with a host and a store that the test decides. */
import { expect, it } from "vitest";
import type { MatchEntry } from "../../server/durability/store.ts";
import type { RestoreOutcome } from "../../server/match/restores.ts";
import type { RoomOpening } from "../../server/room/restored-room.ts";
import { Waking } from "../../server/room/waking.ts";

const sleeping = (id: string) =>
  ({ ...{ id, state: "sleeping", epoch: 1, node: "n", about: "{}", createdAtMs: 0 } }) as MatchEntry;

const opened: RoomOpening = { kind: "restored" };

function setUp(outcome: RestoreOutcome = { kind: "restored" }, opening: () => RoomOpening = () => opened) {
  const restoring: PromiseWithResolvers<void>[] = [];
  const awake = new Set<string>();
  const woken: string[] = [];
  const clock = { nowMs: 0 };
  const store = new Map<string, MatchEntry>();
  const slept: unknown[] = [];
  const waking = new Waking({
    store: {
      find: async (id) => store.get(id) ?? (id.startsWith("m") ? sleeping(id) : undefined),
      openAsleep: async (_, max) => ["m1", "m2", "m3", "m4"].slice(0, max),
      sleep: async (write) => {
        slept.push(write);
        return { ok: true };
      },
    },
    host: {
      ...{ node: "n", hosts: (id) => awake.has(id), isFull: false },
      restoreOne: async () => {
        const turn = Promise.withResolvers<void>();
        restoring.push(turn);
        await turn.promise;
        return outcome;
      },
    },
    ...{ isAwake: (id) => awake.has(id), asleep: () => undefined, noneFalls: async () => {} },
    openRoom: async (id) => {
      const result = opening();
      if (result.kind === "restored") awake.add(id);
      return result;
    },
    onWoken: (id) => woken.push(id),
    ...{ isReady: () => true, nowMs: () => clock.nowMs, unixMs: () => 1_000_000, log: () => {} },
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const wakes = async (asked: Promise<unknown>) => {
    await settled();
    for (const turn of restoring.splice(0)) turn.resolve();
    return asked;
  };
  return { waking, restoring, woken, awake, settled, wakes, clock, store, slept };
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

const unopened = { kind: "refused", why: { code: "match/unopened" } };
const cannotOpen = (): RoomOpening => ({ kind: "left", reason: "a bug", epoch: 2 });

it("[P7.16] one whose room cannot be opened sleeps again under its epoch, is due later, and is not tried at once", async () => {
  const { waking, store, slept, wakes, restoring, clock } = setUp(undefined, cannotOpen);
  store.set("m1", { ...sleeping("m1"), asleep: { wakesAtMs: 5, openAs: "game", shown: "{}" } });
  expect(await wakes(waking.wake("m1"))).toMatchObject(unopened);
  expect(slept).toEqual([
    { id: "m1", epoch: 2, asleep: { wakesAtMs: 1_060_000, openAs: "game", shown: "{}" } },
  ]);
  expect(await waking.wake("m1")).toMatchObject(unopened);
  expect([restoring.length, slept.length]).toEqual([0, 1]);
  clock.nowMs = 1000;
  expect(await wakes(waking.wake("m1"))).toMatchObject(unopened);
  expect(slept).toHaveLength(2);
});

it("[P7.16] those that cannot be opened do not hide another one that is open", async () => {
  let left = 3;
  const { waking, wakes } = setUp(undefined, () => (left-- > 0 ? cannotOpen() : opened));
  for (const id of ["m1", "m2", "m3"]) await wakes(waking.wake(id));
  expect(await wakes(waking.wakeOpen("game"))).toBe("m4");
});

it("[P7.16] one that this process claimed and does not run was not opened, and is not unknown", async () => {
  const { waking, store, awake } = setUp();
  store.set("m1", { ...sleeping("m1"), state: "running" });
  expect(await waking.wake("m1")).toMatchObject(unopened);
  store.set("m2", { ...sleeping("m2"), state: "running", node: "another" });
  expect(await waking.wake("m2")).toEqual({ kind: "unknown" });
  expect(awake.size).toBe(0);
});
