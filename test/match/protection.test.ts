/**
 * The policy `gate: available`: a match whose store does not keep up plays on unprotected, holds nothing back and
 * nothing in memory, and is whole again with a snapshot, of which no crash may find only a part.
 */
import { describe, expect, it } from "vitest";
import { retryTicks } from "../../server/match/life/life.ts";
import type { LiveLimits } from "../../server/match/live-match.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { limits, restored, settled, setUp } from "./live-setup.ts";

const available: { limits: Partial<LiveLimits> } = { limits: { gate: "available" } };
const untilUnprotected = limits.unackedTicksMax + 1;

/** Five ticks that are durable, then a store that takes nothing until `open`. */
async function unprotected(options: Parameters<typeof setUp>[0] = available) {
  const made = await setUp(options);
  await made.tick(5);
  const stalled = made.store.stall();
  made.store.failure = new Error("away");
  await made.tick(untilUnprotected);
  const open = () => {
    made.store.failure = undefined;
    stalled();
  };
  return { ...made, open };
}

describe("gate: available", () => {
  it("plays on when the store does not keep up, tells its players, and sends at once", async () => {
    const { live, tick, told, sent } = await unprotected();
    expect([told, live.unprotected, live.frozen]).toEqual([["unprotected"], true, false]);
    expect(sent).toHaveLength(Math.floor((live.match.tick * 2) / 3));
    const before = live.match.tick;
    await tick(60);
    expect(live.match.tick).toBe(before + 60);
    expect(sent).toHaveLength(Math.floor((live.match.tick * 2) / 3));
    expect(told).toEqual(["unprotected"]);
  });

  it("sabotage: the same match under `strict` freezes", async () => {
    const { live, tick, told } = await unprotected({});
    await tick(60);
    expect([live.match.tick, told, live.unprotected]).toEqual([15, ["frozen"], false]);
  });

  it("[P6] holds no more records than were in flight, however long the store is away", async () => {
    const { committer, tick, store } = await unprotected();
    await tick(3 * retryTicks);
    expect(committer.waiting).toBe(0);
    // A snapshot that hangs: what waits behind it is bounded too.
    const snapshots = Promise.withResolvers<void>();
    store.snapshots = snapshots.promise;
    store.failure = undefined;
    await tick(10 * retryTicks);
    expect(committer.waiting).toBe(0);
  });

  it("[P2.8] is protected again when a snapshot and all behind it are durable, and then holds back as before", async () => {
    const { store, live, tick, told, sent, open, inbox } = await unprotected();
    await tick(40);
    inbox.push({ seq: 9, amount: 50 });
    open();
    await tick(retryTicks + 5);
    expect([told, live.unprotected]).toEqual([["unprotected", "protected"], false]);
    expect(hashPlain((await restored(store)).world)).toBe(hashPlain(live.match.state.world));
    store.stall();
    const before = sent.length;
    await tick(3);
    expect(sent).toHaveLength(before);
  });

  it("[P5] a crash at any moment of it leaves a match that can be restored, to a tick that it had", async () => {
    const { store, live, tick, open } = await unprotected();
    const hashes = new Map<number, string>();
    const look = async () => {
      hashes.set(live.match.tick, hashPlain(live.match.state.world));
      const state = await restored(store);
      return { tick: state.tick, same: (hashes.get(state.tick) ?? "not seen") === hashPlain(state.world) };
    };
    const early = (await restored(store)).tick;
    expect(early).toBe(5);
    const snapshots = Promise.withResolvers<void>();
    store.snapshots = snapshots.promise;
    open();
    for (const asked = store.snapshotsAsked; store.snapshotsAsked === asked; ) await tick().then(look);
    const snapshotTick = live.match.tick - 1;
    for (let i = 0; i < limits.unackedTicksMax - 2; i++) await tick().then(look);
    // Nothing behind the snapshot is stored before it is.
    expect((await restored(store)).tick).toBeLessThan(snapshotTick);
    snapshots.resolve();
    for (let i = 0; i < 5; i++) {
      await tick();
      expect(await look()).toMatchObject({ same: true });
    }
    expect((await restored(store)).tick).toBe(live.match.tick);
  });

  it("[P3] a match that was taken over meanwhile is fenced as soon as the store answers", async () => {
    const { store, live, tick, told, sent, open } = await unprotected();
    await store.claim("m", "n2");
    await tick(10);
    open();
    await tick(retryTicks + 1);
    expect(told).toEqual(["unprotected", "stopped fence/stale-epoch"]);
    const before = sent.length;
    await tick(5);
    expect([sent.length, live.lifecycle, live.unprotected]).toEqual([before, "stopped", false]);
  });

  it("a snapshot that comes too late to be followed is no protection; the next one is", async () => {
    const { store, tick, told, open } = await unprotected();
    open();
    const late = Promise.withResolvers<void>();
    store.snapshots = late.promise;
    await tick(retryTicks + limits.unackedTicksMax + 5);
    late.resolve();
    store.snapshots = undefined;
    await settled();
    expect(told).toEqual(["unprotected"]);
    await tick(2 * retryTicks);
    expect(told).toEqual(["unprotected", "protected"]);
  });

  it("[P2.8] a store that takes snapshots and no records protects nobody", async () => {
    const { store, tick, told } = await unprotected();
    store.failure = undefined;
    await tick(5 * retryTicks);
    expect(store.snapshotsAsked).toBeGreaterThan(1);
    expect(told).toEqual(["unprotected"]);
  });

  it("[P2] a store that lost what it had acknowledged makes it unprotected until a snapshot has closed the hole", async () => {
    const { store, live, tick, told } = await setUp(available);
    await tick(5);
    store.forgetful = true;
    await tick(10);
    expect([live.match.tick, told]).toEqual([15, ["unprotected"]]);
    store.forgetful = false;
    await tick(retryTicks + 5);
    expect(told).toEqual(["unprotected", "protected"]);
    expect((await restored(store)).tick).toBe(live.match.tick);
  });

  it("[P5] a planned stop keeps what nobody else has, if the store takes it", async () => {
    const { store, live, open } = await unprotected();
    open();
    await live.park();
    expect(await restored(store)).toEqual(live.match.state);
  });

  it("[P5] a match that ends unprotected is over when the store has its end", async () => {
    const { store, tick, told, open } = await unprotected({ ...available, overAt: 25 });
    await tick(30);
    expect(told).toEqual(["unprotected"]);
    open();
    await tick(retryTicks + 2);
    expect(told).toEqual(["unprotected", "protected", "over"]);
    expect((await store.load("m")).entry.state).toBe("over");
  });

  it("[P7] a rule that throws while it is unprotected stops it, and the store's match is not set aside", async () => {
    const { store, live, tick, told, open } = await unprotected();
    void live.match.command("a", { id: 1, name: "fail", payload: {} });
    await tick();
    open();
    await tick(5);
    expect(told).toEqual(["unprotected", "stopped match/failed"]);
    expect((await store.load("m")).entry.state).toBe("running");
  });
});
