/**
 * What the simulation has found: each bug small and alone, and the seeds that found it. The seeds say the same
 * only until the harness draws its chances in another order; the small tests do not depend on it.
 */
import { describe, expect, it } from "vitest";
import { Committer } from "../../server/durability/committer.ts";
import { frameSnapshot } from "../../server/durability/format.ts";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import type { Body } from "../../server/match/body.ts";
import { MatchHost } from "../../server/match/host.ts";
import type { GatePolicy } from "../../server/match/life/life.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { Ticker } from "../../server/match/ticker.ts";
import { StoreError } from "../../server/store-error.ts";
import { SimulatedFleet } from "../fleet/simulated-fleet.ts";
import { tally } from "../match/tally.ts";
import { simulate } from "./run.ts";
import { settingsOf } from "./settings.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function hostOn(store: MemoryStore, gate: GatePolicy = "strict") {
  const later = (_: number, task: () => void) => void setImmediate(task);
  const committer = new Committer({ store, later, onTrouble: () => {} });
  const nothing = () => {};
  const ticker = new Ticker({
    nowMs: () => 0,
    later: nothing,
    onLateness: nothing,
    onSlowed: nothing,
    afterSlot: nothing,
  });
  const host = new MatchHost<string>({
    ...{ node: "n1", games: [tally], store, committer, ticker, nowMs: () => 0, unixMs: () => 0 },
    limits: { ...settingsOf(1).limits, snapshotEveryBytes: 1, unackedTicksMax: 10, gate },
    seed: () => 7,
    log: nothing,
    deliver: nothing,
  });
  return { host, committer };
}

/** A match with one player, at tick 1, and what its body was told. */
async function played(store: MemoryStore, { gate, ...options }: { overAt: number; gate?: GatePolicy }) {
  const { host, committer } = hostOn(store, gate);
  const opened = await host.open("m", tally, options);
  if (!opened.ok) throw new Error(opened.detail);
  const { live } = opened;
  const told: string[] = [];
  live.attachRoom(bodyTelling(told));
  live.match.join({ sessionId: "a", userId: "a", name: "a", token: "t", spectate: false });
  const tick = async () => {
    live.tick();
    committer.flush();
    await settled();
  };
  await tick();
  return { live, tick, told };
}

function bodyTelling(told: string[]): Body<string> {
  return {
    takeInputs: () => [],
    patch: () => {},
    seatGone: () => {},
    frozen: () => {},
    over: () => told.push("over"),
    stopped: ({ code }) => told.push(code),
  };
}

const say = (live: LiveMatch<string>, id: number) =>
  live.match.command("a", { id, name: "say", payload: { text: "last words" } });

describe("found by the simulation", () => {
  it("[P5] seed 49: a command of the last tick, asked again after the end, has its answer", async () => {
    const { live, tick } = await played(new MemoryStore(), { overAt: 2 });
    const answer = say(live, 1);
    await tick();
    expect(live.match.outcome).toBeDefined();
    expect(await say(live, 1)).toEqual(await answer);
    expect(await say(live, 2)).toEqual({ ok: false, reason: "match/over" });
  });

  it("[P5] seed 262: an end whose answer was lost is said again, and is no fence", async () => {
    const store = new MemoryStore();
    await store.create({ id: "m", node: "n1", about: "{}" });
    const end = { id: "m", epoch: 1, outcome: "{}" };
    expect(await store.finish(end)).toEqual({ ok: true });
    expect(await store.finish(end)).toEqual({ ok: true });
    expect(await store.finish({ ...end, epoch: 2 })).toMatchObject({ ok: false });
    expect(await store.finish({ ...end, outcome: "another" })).toMatchObject({ ok: false });
  });

  it("[P5] seed 590: an end that overtakes a snapshot is told, and the match is not stopped after it", async () => {
    const slow = Promise.withResolvers<void>();
    class SlowSnapshots extends MemoryStore {
      override async snapshot(...args: Parameters<MemoryStore["snapshot"]>) {
        await slow.promise;
        return super.snapshot(...args);
      }
    }
    const { live, tick, told } = await played(new SlowSnapshots(), { overAt: 3 });
    for (let i = 0; i < 4; i++) await tick();
    expect(told).toEqual(["over"]);
    slow.resolve();
    await settled();
    expect(told).toEqual(["over"]);
    expect(live.lifecycle).toBe("over");
  });

  it("[P5] [P7] seed 299: a store that does not answer while a match is restored ends nothing", async () => {
    class SilentLoad extends MemoryStore {
      override async load(): Promise<never> {
        throw new StoreError("store/unavailable", "no answer");
      }
    }
    const store = new SilentLoad();
    await played(store, { overAt: 0 });
    const report = await hostOn(store).host.restoreAll();
    expect(report).toMatchObject({ restored: [], setAside: [], left: [{ id: "m" }] });
    expect(await store.list()).toMatchObject([{ id: "m", state: "running" }]);
  });

  it("[P5] seed 299: a snapshot that comes late is not taken for the newest", async () => {
    const store = new MemoryStore({ journalKeep: "snapshot" });
    const { live, tick } = await played(store, { overAt: 0 });
    while (live.match.tick < 10) await tick();
    const late = frameSnapshot({ epoch: 1, tick: 1, payload: new Uint8Array() });
    expect(await store.snapshot({ id: "m", epoch: 1, tick: 1, bytes: late })).toEqual({ ok: true });
    expect(recoveryPlan(await store.load("m"))).toMatchObject({ kind: "restore", lastTick: 10 });
  });

  it("[P3.9] seed 1: a fenced owner whose rule throws does not set the new owner's match aside", async () => {
    const store = new MemoryStore();
    const { live, tick, told } = await played(store, { overAt: 0 });
    await store.claim("m", "n2");
    void live.match.command("a", { id: 1, name: "fail", payload: {} });
    await tick();
    expect(told).toEqual(["match/failed"]);
    expect(await store.list()).toMatchObject([{ state: "running", node: "n2", epoch: 2 }]);
  });

  it("[P5] seed 975557741: a record that a snapshot made up for, refused after the end, stops nothing", async () => {
    const stuck = Promise.withResolvers<void>();
    class StuckAppends extends MemoryStore {
      override async append(...args: Parameters<MemoryStore["append"]>) {
        if (args[0][0]!.tick > 1) await stuck.promise;
        return super.append(...args);
      }
    }
    const { live, tick, told } = await played(new StuckAppends(), { overAt: 20, gate: "available" });
    for (let i = 0; i < 80; i++) await tick();
    expect(live.lifecycle).toBe("over");
    stuck.resolve();
    await settled();
    expect(told).toEqual(["over"]);
  });

  it("[P5] [P7] seed 2925938179: a node that drains waits for a match that is being moved to it", async () => {
    const fleet = new SimulatedFleet();
    await fleet.start("a", "b");
    await fleet.settle();
    await fleet.open("a", "m");
    const asked = fleet.node("b").fleet.takeOver({ id: "m", epoch: 1 });
    const draining = fleet.node("b").fleet.drain();
    await fleet.pass(2000);
    expect(await asked).toEqual({ ok: true });
    fleet.node("a").matches.delete("m");
    expect(await draining).toMatchObject({ moved: [{ id: "m", to: "a" }], left: [] });
  });

  it.each([1, 26, 49, 122, 262, 299, 314, 528, 590, 969, 975557741, 2925938179])(
    "seed %i finds nothing any more",
    async (seed) => {
      const { findings } = await simulate(seed);
      expect(findings).toEqual([]);
    },
  );
});
