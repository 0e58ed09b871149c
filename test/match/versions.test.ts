/**
 * A match goes over to a newer version of its game where nothing is behind its newest snapshot, whatever crashes on
 * the way; never back, and never in the middle of a journal. And bytes of before snapshots said their version.
 */
import { Packr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { readFrame } from "../../server/durability/format.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { withoutTokens } from "../../server/match/redact.ts";
import { replay, replayable } from "../../server/match/replay.ts";
import { unpackSnapshot } from "../../server/match/snapshot-codec.ts";
import { newMatchState } from "../../server/match/state.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { StoreError } from "../../server/store-error.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { firstSnapshot } from "../durability/frames.ts";
import { nodeOn, tally2, type WideWorld } from "./host-setup.ts";
import { tally } from "./tally.ts";

const newer = (name: string) => (store: MemoryStore) => nodeOn(store, name, [tally2]);
const worldOf = (live: { match: { state: { world: object } } }) => live.match.state.world as WideWorld;

/** A match of version 1 at tick 5, which a drain left with a snapshot of that tick. */
async function drained(store: MemoryStore) {
  const live = await nodeOn(store, "n1").open("m", 5);
  await live.handOver();
  live.giveUp();
}

const replayed = async (store: MemoryStore, game: AnyGame) => {
  const stored = await store.load("m");
  const about = aboutOf(stored.entry);
  const history = replayable(stored, about);
  return { history, ...replay({ game, about, history }) };
};

const unpacked = (bytes: Uint8Array) => {
  const reading = readFrame(bytes);
  if (!reading.ok) throw new Error(reading.reason);
  return unpackSnapshot(reading);
};

/** Fails at the named calls, so many times. */
class FailingStore extends MemoryStore {
  claimsUntilFailure = Number.POSITIVE_INFINITY;
  snapshotsFail = false;

  override async claim(...args: Parameters<MemoryStore["claim"]>) {
    if (this.claimsUntilFailure-- <= 0) throw new StoreError("store/unavailable", "no answer");
    return super.claim(...args);
  }

  override async snapshot(...args: Parameters<MemoryStore["snapshot"]>) {
    if (this.snapshotsFail) throw new StoreError("store/unavailable", "no answer");
    return super.snapshot(...args);
  }
}

describe("a newer version of the game", () => {
  it("[P5.11] takes a drained match over: same tick, same seats, migrated World, which is kept before the first tick", async () => {
    const store = new MemoryStore();
    await drained(store);
    const node = newer("n2")(store);
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    const live = node.live("m");
    expect([live.match.tick, live.match.state.seats.length, worldOf(live).bonus]).toEqual([5, 1, 0]);
    const { entry, snapshots } = await store.load("m");
    expect(aboutOf(entry)).toMatchObject({ version: 2, bornVersion: 1, sinceTick: 5 });
    const { state, version } = unpacked(snapshots[0]!);
    expect([version, state.tick, (state.world as WideWorld).bonus]).toEqual([2, 5, 0]);
    await node.play(live, 10);
    expect(worldOf(live).bonus).toBe(10);
    // And so on: a crash now is one of version 2.
    const next = newer("n3")(store);
    expect(await next.restore("m")).toEqual({ kind: "restored" });
    expect(worldOf(next.live("m"))).toEqual(worldOf(live));
    expect(await nodeOn(store, "n4").restore("m")).toMatchObject({ kind: "left" });
  });

  it("[P5.11] leaves a match alone whose journal needs the old rules, without a claim", async () => {
    const store = new MemoryStore();
    const first = nodeOn(store, "n1");
    const live = await first.open("m", 5);
    await live.handOver();
    live.resume();
    await first.play(live, 3);
    const outcome = await newer("n3")(store).restore("m");
    const why = "ticks 6 to 8 are behind its newest snapshot and need the rules of version 1";
    expect(outcome).toMatchObject({ kind: "left", reason: expect.stringContaining(why) });
    expect(await store.find("m")).toMatchObject({ epoch: 1, node: "n1" });
    expect(await nodeOn(store, "n2").restore("m")).toEqual({ kind: "restored" });
  });

  it("[P5.11] an owner that goes on between the look and the claim keeps the match for its version", async () => {
    class Resuming extends MemoryStore {
      meanwhile: (() => Promise<void>) | undefined;
      override async claim(...args: Parameters<MemoryStore["claim"]>) {
        await this.meanwhile?.();
        this.meanwhile = undefined;
        return super.claim(...args);
      }
    }
    const store = new Resuming();
    const first = nodeOn(store, "n1");
    const live = await first.open("m", 5);
    await live.handOver();
    store.meanwhile = async () => {
      live.resume();
      await first.play(live, 2);
    };
    expect(await newer("n2")(store).restore("m")).toMatchObject({ kind: "left" });
    const old = nodeOn(store, "n3");
    expect(await old.restore("m")).toEqual({ kind: "restored" });
    expect(old.live("m").match.tick).toBe(7);
  });

  it.each([
    ["before the second claim", { claimsUntilFailure: 1 }],
    ["between the claim and the migrated snapshot", { snapshotsFail: true }],
  ])("[P5] a crash %s: the next owner migrates again", async (_, failure) => {
    const store = new FailingStore();
    await drained(store);
    Object.assign(store, failure);
    expect(await newer("n2")(store).restore("m")).toMatchObject({ kind: "left" });
    Object.assign(store, { claimsUntilFailure: Number.POSITIVE_INFINITY, snapshotsFail: false });
    const node = newer("n3")(store);
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    expect([node.live("m").match.tick, worldOf(node.live("m")).bonus]).toEqual([5, 0]);
    expect(aboutOf((await store.find("m"))!)).toMatchObject({ version: 2, bornVersion: 1, sinceTick: 5 });
  });

  it("a match that nobody has played is made anew; a migrate that throws leaves the match to its version", async () => {
    const store = new MemoryStore();
    await nodeOn(store, "n1").open("m", 0);
    const node = newer("n2")(store);
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    expect(worldOf(node.live("m")).bonus).toBe(0);
    const other = new MemoryStore();
    await drained(other);
    const broken: AnyGame = {
      ...tally2,
      migrate: () => {
        throw new Error("a bug");
      },
    };
    const outcome = await nodeOn(other, "n2", [broken]).restore("m");
    expect(outcome).toMatchObject({ kind: "left", reason: expect.stringContaining("a bug") });
    expect(await nodeOn(other, "n3").restore("m")).toEqual({ kind: "restored" });
  });

  it("[P4] a replay starts at the oldest snapshot of the new version, and says why", async () => {
    const store = new MemoryStore();
    await drained(store);
    const node = newer("n2")(store);
    await node.restore("m");
    await node.play(node.live("m"), 40);
    const { history, state, fault } = await replayed(store, tally2);
    expect([history.firstTick, history.lastTick, state.tick, fault]).toEqual([5, 45, 45, undefined]);
    expect(history.notes.join()).toContain("ticks 1 to 5 were played under an older version");
    await expect(replayed(store, tally)).rejects.toThrow("this server has version 1");
  });
});

describe("snapshots of before they said their version", () => {
  /** As a server of before wrote them. */
  const oldSnapshot = (tick: number) => {
    const state = { ...newMatchState(tally, 7, { overAt: 0 }), tick };
    (state.world as { tick: number }).tick = tick;
    const payload = new Packr({ useRecords: false }).pack(state);
    return { id: "m", epoch: 1, tick, bytes: firstSnapshot({ epoch: 1, tick, payload }) };
  };
  const withOld = async () => {
    const store = new MemoryStore();
    const about = { game: "tally", version: 1, seed: 7, options: { overAt: 0 } };
    await store.create({ id: "m", node: "n0", about: JSON.stringify(about) });
    await store.snapshot(oldSnapshot(12));
    return store;
  };

  it("are of the version that the catalogue says: they restore, and go over to a newer one", async () => {
    const store = await withOld();
    const same = nodeOn(store, "n1");
    expect(await same.restore("m")).toEqual({ kind: "restored" });
    expect(same.live("m").match.tick).toBe(12);
    const node = newer("n2")(store);
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    expect([node.live("m").match.tick, worldOf(node.live("m")).bonus]).toEqual([12, 0]);
  });

  it("stay what they are in an exported copy; others keep their version", async () => {
    const store = await withOld();
    const versions = async () =>
      withoutTokens(tally, await store.load("m")).snapshots.map((bytes) => unpacked(bytes).version);
    expect(await versions()).toEqual([undefined]);
    await newer("n1")(store).restore("m");
    expect((await versions())[0]).toBe(2);
  });
});
