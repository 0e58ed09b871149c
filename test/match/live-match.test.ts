/**
 * A live match on a real memory store, its committer and its gate, with a body that writes down what it is
 * told: durability, freezing, snapshots, ends, faults.
 */
import { describe, expect, it } from "vitest";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { restored, settled, setUp } from "./live-setup.ts";

describe("live match", () => {
  it("[P2.1] a patch leaves when its tick is in the store, at 20 of 30 ticks", async () => {
    const { store, live, tick, sent } = await setUp();
    await tick(30);
    expect(sent).toHaveLength(20);
    const open = store.stall();
    live.tick();
    await tick(2);
    expect(sent).toHaveLength(20);
    open();
    await settled();
    await tick();
    expect(sent.length).toBeGreaterThan(21);
  });

  it("sabotage: with the gate open the same patch leaves before it is durable", async () => {
    const { store, tick, sent } = await setUp({ gateOpen: true });
    store.stall();
    await tick(3);
    expect(sent).toHaveLength(2);
  });

  it("[P4.1] what the store holds replays to the World that is live, at every tick", async () => {
    const { store, live, tick, inbox } = await setUp();
    for (let i = 1; i <= 70; i++) {
      inbox.push({ seq: i, amount: i % 7 });
      await tick();
      const state = await restored(store);
      expect(state.tick).toBe(i);
      expect(hashPlain(state.world)).toBe(hashPlain(live.match.state.world));
      expect(state.seats).toEqual(live.match.state.seats);
    }
  });

  it("[P4.6] a text that msgpack cannot carry is applied as the journal has it", async () => {
    const { store, live, tick } = await setUp();
    await tick();
    const answer = live.match.command("a", {
      id: 1,
      name: "say",
      payload: { text: "half \ud800 of a pair" },
    });
    await tick();
    expect(await answer).toEqual({ ok: true });
    const state = await restored(store);
    expect(hashPlain(state.world)).toBe(hashPlain(live.match.state.world));
  });

  it("[P6.2] freezes when too many ticks are not durable, says so, and goes on where it stopped", async () => {
    const { store, live, tick, told, sent } = await setUp();
    await tick(5);
    const open = store.stall();
    await tick(50);
    expect(live.match.tick).toBe(15);
    expect(live.frozen).toBe(true);
    expect(told).toEqual(["frozen"]);
    const before = sent.length;
    open();
    await settled();
    await tick(2);
    expect(told).toEqual(["frozen", "resumed"]);
    expect(live.match.tick).toBe(17);
    expect(sent.length).toBeGreaterThan(before + 5);
  });

  it("[P3.4] an owner whose match was claimed sends not one more patch", async () => {
    const { store, live, tick, told, sent } = await setUp();
    await tick(5);
    await store.claim("m", "n2");
    const before = sent.length;
    await tick(10);
    expect(told).toEqual(["stopped fence/stale-epoch"]);
    expect(live.lifecycle).toBe("stopped");
    expect(sent).toHaveLength(before);
    expect((await store.load("m")).records).toHaveLength(5);
  });

  it("[P2] a store that lost what it had acknowledged gets a snapshot, and the match goes on", async () => {
    const { store, live, tick, told, sent } = await setUp();
    await tick(5);
    store.forgetful = true;
    await tick(1);
    expect(live.match.tick).toBe(6);
    const before = sent.length;
    store.failure = new Error("not yet");
    await tick(3);
    expect(live.match.tick).toBe(6);
    store.failure = undefined;
    store.forgetful = false;
    await tick(3);
    expect(live.match.tick).toBeGreaterThan(6);
    expect(sent.length).toBeGreaterThan(before);
    expect(told).toEqual([]);
    expect((await restored(store)).tick).toBe(live.match.tick);
  });

  it("takes snapshots when they are due, and a failing one costs nothing but the replay", async () => {
    const { store, tick, logged } = await setUp();
    await tick(25);
    expect((await store.load("m")).snapshots).toHaveLength(1);
    store.failure = new Error("disk full");
    await tick(30);
    expect(logged).toEqual([expect.stringContaining("snapshot failed")]);
    store.failure = undefined;
    await tick(40);
    expect((await restored(store)).tick).toBe(95);
    expect((await store.load("m")).snapshots.length).toBeGreaterThan(1);
  });

  it("[P5.9] ends by its own rules: the store knows the outcome before the players do", async () => {
    const { store, tick, told } = await setUp({ overAt: 12 });
    await tick(11);
    expect(told).toEqual([]);
    await tick(3);
    expect(told).toEqual(["over"]);
    const [entry] = await store.list();
    expect(entry).toMatchObject({ state: "over", ending: expect.stringContaining('"reason":"time"') });
    await tick(5);
    expect((await store.load("m")).records).toHaveLength(12);
  });

  it("[P5.9] its end is told to nobody before its last tick is durable", async () => {
    const { store, tick, told } = await setUp({ overAt: 4 });
    await tick(3);
    const open = store.stall();
    await tick(6);
    expect([told, (await store.list())[0]!.state]).toEqual([[], "running"]);
    open();
    await settled();
    await tick(3);
    expect([told, (await store.list())[0]!.state]).toEqual([["over"], "over"]);
  });

  it("[P3.4] an owner that lost its match with the last tick stops, and does not mend it", async () => {
    const { store, live, tick, told } = await setUp({ overAt: 3 });
    await tick(2);
    store.forgetful = true;
    await tick();
    await store.claim("m", "n2");
    await tick(3);
    expect([told, live.lifecycle]).toEqual([["stopped fence/stale-epoch"], "stopped"]);
  });

  it("[P5] a match restored after its last tick ends, and does not tick again", async () => {
    const { store, live, tick, told } = await setUp({ overAt: 1 });
    live.tick();
    expect(live.lifecycle).toBe("finishing");
    const again = await setUp({ overAt: 1, state: live.match.state });
    await again.tick(2);
    expect(again.told).toEqual(["over"]);
    expect(again.live.match.tick).toBe(1);
    await tick(2);
    expect(told).toEqual(["over"]);
    expect((await store.load("m")).records).toHaveLength(1);
  });

  it("[P2] a planned stop takes a snapshot, but never one that is ahead of the journal", async () => {
    const { store, live, tick } = await setUp();
    await tick(5);
    await live.park();
    expect((await store.load("m")).snapshots).toHaveLength(1);
    store.stall();
    live.tick();
    await live.park();
    expect((await store.load("m")).snapshots).toHaveLength(1);
  });

  it("[P7.7] a rule that throws stops this match, tells its players, and keeps its data", async () => {
    const { store, live, tick, told, logged } = await setUp();
    await tick(3);
    void live.match.command("a", { id: 1, name: "fail", payload: {} });
    await tick();
    expect(told).toEqual(["stopped match/failed"]);
    expect(logged[0]).toContain("the rule that fails");
    const [entry] = await store.list();
    expect(entry).toMatchObject({ state: "set-aside", ending: expect.stringContaining("stopped at tick") });
    expect((await store.load("m")).records.length).toBeGreaterThanOrEqual(3);
  });

  it("[P7.7] it is set aside when the record that broke it is durable, and not before", async () => {
    const { store, live, tick, told } = await setUp();
    await tick(3);
    const open = store.stall();
    void live.match.command("a", { id: 1, name: "fail", payload: {} });
    await tick(2);
    expect([told, (await store.list())[0]!.state]).toEqual([["stopped match/failed"], "running"]);
    open();
    await settled();
    expect((await store.load("m")).records).toHaveLength(4);
    expect((await store.list())[0]!.state).toBe("set-aside");
  });

  it("[P6.2] a full gate refuses frames and the match stands still before it is full", async () => {
    const { store, live, tick } = await setUp();
    await tick(2);
    store.stall();
    await tick();
    expect(live.send("large", 9_000)).toBe(true);
    expect(live.send("one too many", 2_000)).toBe(false);
    await tick(3);
    expect(live.frozen).toBe(true);
  });
});
