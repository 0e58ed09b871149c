/** Taking a stored match over: who gets it, what is left to others, and what a failing store does to it. */
import { describe, expect, it, vi } from "vitest";
import { formatsHere, frameRecord } from "../../server/durability/format.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { type HostMetrics, noHostMetrics } from "../../server/match/host-metrics.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { StoreError } from "../../server/store-error.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { inVersion } from "../durability/frames.ts";
import { nodeOn, withoutMigrate } from "./host-setup.ts";
import { settled } from "./live-setup.ts";
import { tally } from "./tally.ts";

class FailingStore extends MemoryStore {
  /** Names of the calls that fail, each with the match it fails for. */
  readonly failing = new Map<"claim" | "load" | "setAside", string>();
  loads = Promise.resolve();

  override async claim(...args: Parameters<MemoryStore["claim"]>) {
    this.#failIf("claim", args[0]);
    return super.claim(...args);
  }

  override async load(id: string) {
    await this.loads;
    this.#failIf("load", id);
    return super.load(id);
  }

  override async setAside(...args: Parameters<MemoryStore["setAside"]>) {
    this.#failIf("setAside", args[0]);
    return super.setAside(...args);
  }

  #failIf(call: "claim" | "load" | "setAside", id: string): void {
    if (this.failing.get(call) === id) throw new StoreError("store/unavailable", `${call}: no answer`);
  }
}

describe("take over", () => {
  it("[P5.1] a match goes on where it was, under the next epoch, and its old owner is fenced", async () => {
    const store = new MemoryStore();
    const first = nodeOn(store, "n1");
    const second = nodeOn(store, "n2");
    const old = await first.open("m", 5);
    expect(await second.restore("m")).toEqual({ kind: "restored" });
    const live = second.live("m");
    expect([live.epoch, live.match.tick, second.host.hosts("m")]).toEqual([2, 5, true]);
    await second.play(live, 3);
    await first.play(old, 2);
    expect([old.lifecycle, live.match.tick]).toEqual(["stopped", 8]);
  });

  it("every restore is counted by what became of it, and timed when it led to a match", async () => {
    const store = new FailingStore();
    const first = nodeOn(store, "n1");
    for (const id of ["m", "away", "raced"]) await first.open(id, 2);
    await store.create({ id: "odd", node: "n1", about: "not JSON" });
    const raced = (await store.find("raced"))!;
    await nodeOn(store, "n2").restore("raced");
    store.failing.set("load", "away");
    const metrics = new Metrics({ process: false });
    const restored = (...counted: Parameters<HostMetrics["restored"]>) =>
      metrics.matches.restored(...counted);
    const { host, restore } = nodeOn(store, "n3", [tally], { metrics: { ...noHostMetrics, restored } });
    await host.restoreOne(raced);
    for (const id of ["m", "odd", "away"]) await restore(id);
    // It runs here by now: nothing was to be brought back.
    await restore("m");
    const samples = samplesOf((await metrics.text()).text);
    const count = (result: string) => samples.get(`holdfast_restores_total{result="${result}"}`);
    expect(["restored", "lost-race", "left", "set-aside"].map(count)).toEqual([1, 1, 1, 1]);
    expect(samples.get("holdfast_restore_seconds_count")).toBe(1);
  });

  it("[P3.1] of several nodes that saw the same owner die, one gets the match", async () => {
    const store = new MemoryStore();
    await nodeOn(store, "n1").open("m", 5);
    const entry = (await store.find("m"))!;
    const nodes = ["n2", "n3", "n4"].map((name) => nodeOn(store, name));
    const outcomes = await Promise.all(nodes.map(({ host }) => host.restoreOne(entry)));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["lost-race", "lost-race", "restored"]);
    expect(nodes.filter(({ host }) => host.hosts("m"))).toHaveLength(1);
    expect(await store.find("m")).toMatchObject({ epoch: 2 });
  });

  it("[P3] a match that runs here, or is on its way, is not taken a second time", async () => {
    const store = new FailingStore();
    await nodeOn(store, "n1").open("m", 5);
    const held = Promise.withResolvers<void>();
    store.loads = held.promise;
    const node = nodeOn(store, "n2");
    const slow = node.restore("m");
    await settled();
    // The claim is made, and the catalogue has this node as its owner.
    expect(await node.restore("m")).toMatchObject({ kind: "left" });
    held.resolve();
    expect(await slow).toEqual({ kind: "restored" });
    expect(await node.restore("m")).toMatchObject({ kind: "left" });
    expect(await store.find("m")).toMatchObject({ epoch: 2 });
  });

  it("a match that ended or went meanwhile is lost to others, and is no error", async () => {
    const store = new MemoryStore();
    await nodeOn(store, "n1").open("m", 5);
    const entry = (await store.find("m"))!;
    await store.finish({ id: "m", epoch: 1, outcome: "{}" });
    const node = nodeOn(store, "n2");
    expect(await node.host.restoreOne(entry)).toMatchObject({ kind: "lost-race" });
    await store.remove("m");
    expect(await node.host.restoreOne(entry)).toMatchObject({ kind: "lost-race" });
  });

  it("what this server cannot open it does not claim: another game, another version", async () => {
    const store = new MemoryStore();
    await nodeOn(store, "n1", [withoutMigrate]).open("newer", 5);
    await nodeOn(store, "n1").open("older", 5);
    const older = await nodeOn(store, "n2", [withoutMigrate]).restore("older");
    expect(older).toMatchObject({ kind: "left", reason: expect.stringContaining("no migrate") });
    const newer = await nodeOn(store, "n3").restore("newer");
    const versions = 'its World has version 2 of "tally", this server has version 1';
    expect(newer).toMatchObject({ kind: "left", reason: expect.stringContaining(versions) });
    const foreign = await nodeOn(store, "n4", []).restore("older");
    expect(foreign).toMatchObject({ kind: "left", reason: expect.stringContaining('no game "tally"') });
    expect((await store.list()).map(({ epoch, state }) => [epoch, state])).toEqual([
      [1, "running"],
      [1, "running"],
    ]);
  });

  it("[P5.13] [P7.11] a match that a server of a newer format had is not claimed, and its reason says what to start", async () => {
    const store = new MemoryStore();
    await nodeOn(store, "n1").open("m", 5);
    const about = aboutOf((await store.find("m"))!);
    expect(about.formats).toEqual(formatsHere);
    const newer = { ...about, formats: { ...formatsHere, snapshot: formatsHere.snapshot + 1 } };
    await store.claim("m", "n-newer", { about: JSON.stringify(newer) });
    const reason =
      "match m: its snapshots may be in format 3, this server reads up to 2: start the newer version that wrote it";
    expect(await nodeOn(store, "n2").restore("m")).toEqual({ kind: "left", reason });
    expect(await store.find("m")).toMatchObject({ epoch: 2, node: "n-newer", state: "running" });
  });

  it("[P5] a match from before the catalogue named formats says so from its next claim on", async () => {
    const store = new MemoryStore();
    await nodeOn(store, "n1").open("m", 5);
    const { formats: _, ...before } = aboutOf((await store.find("m"))!);
    await store.claim("m", "n-older", { about: JSON.stringify(before) });
    expect(await nodeOn(store, "n2").restore("m")).toEqual({ kind: "restored" });
    expect(aboutOf((await store.find("m"))!)).toEqual({ ...before, formats: formatsHere });
  });

  it("[P7.11] one whose bytes are of a newer format, whatever its entry says, is left as it is", async () => {
    const store = new MemoryStore();
    const live = await nodeOn(store, "n1").open("m", 5);
    const bytes = inVersion(9, frameRecord({ epoch: 1, tick: 6, payload: new Uint8Array(2) }));
    expect(await store.append([{ id: "m", epoch: live.epoch, tick: 6, bytes }])).toEqual([{ ok: true }]);
    const node = nodeOn(store, "n2");
    const left = {
      kind: "left",
      reason: expect.stringMatching(/^match m: 1 record\(s\) in format 9, .*up to 1:/),
    };
    expect(await node.restore("m")).toMatchObject(left);
    expect(await store.find("m")).toMatchObject({ state: "running", epoch: 2 });
    // It is in the catalogue as this node's now. Claimed again and again, nobody else would ever get it.
    expect(await node.restore("m")).toMatchObject(left);
    expect(await store.find("m")).toMatchObject({ state: "running", epoch: 2 });
  });

  it("[P7.3] one that cannot be read is set aside; one whose store fails is left, and keeps nobody from coming back", async () => {
    const store = new FailingStore();
    const first = nodeOn(store, "n1");
    for (let i = 0; i < 20; i++) await first.open(`m${String(i).padStart(2, "0")}`, 2);
    await store.create({ id: "odd", node: "n1", about: "not JSON" });
    await store.create({ id: "odder", node: "n1", about: "not JSON" });
    store.failing.set("claim", "m03").set("load", "m05").set("setAside", "odder");
    const report = await nodeOn(store, "n2").host.restoreAll();
    expect(report.restored).toHaveLength(18);
    expect(report.setAside.map(({ id }) => id)).toEqual(["odd"]);
    expect(report.left.map(({ id }) => id).sort()).toEqual(["m03", "m05", "odder"]);
    // Claimed and not loaded: it is this node's in the catalogue, and can be tried again.
    expect(await store.find("m05")).toMatchObject({ epoch: 2, node: "n2", state: "running" });
    store.failing.clear();
    const again = nodeOn(store, "n3");
    expect(await again.restore("m05")).toEqual({ kind: "restored" });
    expect(again.live("m05").epoch).toBe(3);
  });

  it("a match that stopped here may come back while its old room still closes, which is ticked no more", async () => {
    const store = new MemoryStore();
    const node = nodeOn(store, "n1", [tally]);
    const old = await node.open("m", 5);
    node.host.start(old);
    const ticked = vi.spyOn(old, "tick");
    node.period();
    old.giveUp();
    expect(await node.restore("m")).toEqual({ kind: "restored" });
    node.host.forget(old);
    node.host.start(node.live("m"));
    node.period();
    expect([ticked.mock.calls.length, node.live("m").match.tick]).toEqual([1, 6]);
  });
});
