/** A live match that stands still for a planned move, and goes on: elsewhere, or here after all. */
import { describe, expect, it } from "vitest";
import { limits, restored, settled, setUp } from "./live-setup.ts";

const say = (id: number) => ({ id, name: "say", payload: { text: `${id}` } });

describe("hand over", () => {
  it("[P2] waits until everything is durable, and keeps a snapshot of exactly that tick", async () => {
    const { store, live, tick, sent, logged } = await setUp();
    await tick(5);
    const open = store.stall();
    await tick(3);
    let kept = false;
    const handedOver = live.handOver().then(() => {
      kept = true;
    });
    await tick(20);
    expect([live.match.tick, kept, sent.length]).toEqual([8, false, 3]);
    open();
    await handedOver;
    expect(sent).toHaveLength(5);
    const stored = await store.load("m");
    expect([stored.records.length, stored.snapshots.length]).toEqual([8, 1]);
    expect(await restored(store)).toEqual(live.match.state);
    expect(logged).toEqual([]);
  });

  it("[P5.8] is not done before its snapshot is kept, however often it is asked", async () => {
    const { store, live, tick } = await setUp();
    await tick(5);
    const snapshot = Promise.withResolvers<void>();
    store.snapshots = snapshot.promise;
    const kept: string[] = [];
    const asked = ["first", "second"].map((who) => live.handOver().then(() => kept.push(who)));
    await tick(3);
    expect([kept, store.snapshotsAsked]).toEqual([[], 1]);
    snapshot.resolve();
    await Promise.all(asked);
    expect(kept).toEqual(["first", "second"]);
    await live.handOver();
    expect([live.match.tick, store.snapshotsAsked]).toEqual([5, 1]);
  });

  it("what players ask for meanwhile waits, and counts when the match goes on here", async () => {
    const { live, tick, inbox, told } = await setUp();
    await tick(3);
    await live.handOver();
    const answer = live.match.command("a", say(1));
    const join = live.match.join({ sessionId: "b", userId: "b", name: "b", token: "u", spectate: false });
    inbox.push({ seq: 1, amount: 5 });
    await tick(5);
    expect([live.match.tick, inbox.length, live.match.seat("b")]).toEqual([3, 1, undefined]);
    live.resume();
    await tick();
    expect(await answer).toEqual({ ok: true });
    expect(join.ok && live.match.seat("b")?.seat).toBe(1);
    expect([live.match.tick, inbox.length, told.length]).toEqual([4, 0, 0]);
  });

  it("[P3] one that went on elsewhere sends nothing more, keeps its place in the store, and says where it went", async () => {
    const { store, live, tick, sent, told } = await setUp();
    await tick(5);
    await live.handOver();
    await store.claim("m", "n2", { under: live.epoch });
    const before = sent.length;
    live.giveUp();
    await tick(5);
    expect(told).toEqual(["stopped match/moved"]);
    expect(sent).toHaveLength(before);
    expect((await store.load("m")).entry).toMatchObject({ state: "running", node: "n2" });
  });

  it("[P3] one that goes on here although another node took it is refused at its next record", async () => {
    const { store, live, tick, told } = await setUp();
    await tick(5);
    await live.handOver();
    await store.claim("m", "n2");
    live.resume();
    await tick(2);
    expect(told).toEqual(["stopped fence/stale-epoch"]);
    expect((await store.load("m")).records).toHaveLength(5);
  });

  it("a snapshot that is not kept fails it, and it can be tried again", async () => {
    const { store, live, tick } = await setUp();
    await tick(5);
    store.failure = new Error("disk full");
    await expect(live.handOver()).rejects.toThrow("was not kept");
    live.resume();
    store.failure = undefined;
    await tick(2);
    await live.handOver();
    expect((await restored(store)).tick).toBe(7);
  });

  it("is refused by a match that is over, mending, unprotected or stopped", async () => {
    const over = await setUp({ overAt: 3 });
    await over.tick(5);
    await expect(over.live.handOver()).rejects.toThrow("match m is over");
    const mending = await setUp();
    mending.store.forgetful = true;
    mending.store.failure = new Error("not yet");
    await mending.tick(3);
    await expect(mending.live.handOver()).rejects.toThrow("match m is mending");
    const unprotected = await setUp({ limits: { gate: "available" } });
    unprotected.store.stall();
    await unprotected.tick(limits.unackedTicksMax + 1);
    await expect(unprotected.live.handOver()).rejects.toThrow("match m is unprotected");
    const stopped = await setUp();
    stopped.live.fence();
    await expect(stopped.live.handOver()).rejects.toThrow("match m is stopped");
  });

  it("[P3] a match whose process was declared lost stops where it stands, also in the middle of a hand over", async () => {
    const { store, live, tick, sent, told } = await setUp();
    await tick(5);
    const open = store.stall();
    await tick(2);
    const handedOver = live.handOver();
    const before = sent.length;
    live.fence();
    await expect(handedOver).rejects.toThrow("belongs to another node now");
    open();
    await settled();
    await tick(5);
    live.giveUp();
    expect(told).toEqual(["stopped fleet/declared-lost"]);
    expect([sent.length, live.lifecycle]).toEqual([before, "stopped"]);
  });
});
