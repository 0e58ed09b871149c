/** Games by events: when their matches step, and the time that they are told. */
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { replay, replayable } from "../../server/match/replay.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { FakeClock } from "../../testkit/fake-clock.ts";
import { bell, nodeAt, sit, turns } from "./by-events-setup.ts";

function setUp(options?: Parameters<typeof nodeAt>[2]) {
  const clock = new FakeClock(1_000_000);
  const store = new MemoryStore({ now: clock.now });
  return { clock, store, ...nodeAt(clock, store, options) };
}

const ask = (name: string, payload: object = {}, id = 0) => ({ id, name, payload });

describe("a match by events", () => {
  it("[P6.14] does not step while nothing comes", async () => {
    const { open, pass } = setUp();
    const { world, live } = await open();
    void sit(live, "ada");
    await pass(1);
    expect(world().steps).toEqual([0]);
    await pass(3_600_000);
    expect(world().steps).toHaveLength(1);
  });

  it("[P6.14] steps at once for what comes, and what comes sooner than its game allows waits, and comes together", async () => {
    const { open, pass } = setUp();
    const { world, live } = await open();
    void sit(live, "ada");
    await pass(1);
    await pass(1000);
    void live.match.command("ada", ask("no"));
    await pass(1, 1);
    expect(world().steps).toEqual([0, 1001]);
    void live.match.command("ada", ask("no"));
    await pass(10, 1);
    void sit(live, "ben");
    void live.match.command("ada", ask("no"));
    await pass(200, 1);
    expect(world().steps).toEqual([0, 1001, 1101]);
  });

  it("[P6.14] steps for inputs, four of a seat at once, until none waits", async () => {
    const { open, pass } = setUp();
    const { world, live, inputs } = await open();
    void sit(live, "ada");
    await pass(1);
    inputs.push(...[1, 2, 3, 4, 5, 6].map((seq) => ({ seq, pressed: 1 })));
    live.arrived();
    await pass(1000, 10);
    expect(world().pressed).toBe(6);
    expect(world().steps.length).toBeLessThan(8);
  });

  it("[P6.14] steps when the time is there that its game waits for", async () => {
    const { open, pass } = setUp();
    const { world, live } = await open();
    void sit(live, "ada");
    await pass(200);
    void live.match.command("ada", ask("ringIn", { ms: 90_000 }));
    await pass(1, 1);
    const [{ length }, from] = [world().steps, world().steps.at(-1)!];
    await pass(89_000, 1000);
    expect(world().steps).toHaveLength(length);
    await pass(2000, 10);
    expect(world().rung).toHaveLength(1);
    expect(world().rung[0]! - from).toBeGreaterThanOrEqual(90_000);
    expect(world().rung[0]! - from).toBeLessThan(90_020);
    expect(world().steps).toHaveLength(length + 1);
  });

  it("[P7.7] a rule that throws stops it alone", async () => {
    const { open, pass } = setUp();
    const [broken, other] = [await open("m"), await open("o")];
    void sit(broken.live, "ada");
    void sit(other.live, "ada");
    await pass(100, 10);
    void broken.live.match.command("ada", ask("throws"));
    void other.live.match.command("ada", ask("no"));
    await pass(100, 10);
    expect(broken.told).toEqual(["match/failed"]);
    expect(other.world().steps).toHaveLength(2);
  });

  it("[P2.6] freezes while the store does not answer, and goes on by itself, with everything that came", async () => {
    const { open, pass, store } = setUp();
    const { world, live, told } = await open();
    void sit(live, "ada");
    await pass(100);
    const gate = Promise.withResolvers<void>();
    const append = store.append.bind(store);
    store.append = async (batch) => {
      await gate.promise;
      return append(batch);
    };
    for (let each = 0; each < 5; each++) {
      void live.match.command("ada", ask("no"));
      await pass(1000, 50);
    }
    expect(told).toEqual(["frozen"]);
    gate.resolve();
    await pass(1000, 50);
    expect(told).toEqual(["frozen", "resumed"]);
    expect(live.durableTick).toBe(live.match.tick);
    expect(world().steps.length).toBeGreaterThanOrEqual(5);
  });

  it("[P6.4] the commands of a seat are limited in match time, also right after it was at its limit", async () => {
    const { open, pass } = setUp();
    const { live } = await open();
    void sit(live, "ada");
    await pass(100);
    const answers: unknown[] = [];
    for (let each = 0; each < 8; each++) {
      const answer = live.match.command("ada", ask("no"));
      answers.push(answer instanceof Promise ? "taken" : answer);
      await pass(110, 110);
    }
    expect(answers.at(-1)).toEqual({ ok: false, reason: "command/too-many" });
    await pass(3000);
    expect(live.match.command("ada", ask("no"))).toBeInstanceOf(Promise);
  });

  it("[P5.4] a seat is held for its grace in match time, and then given up by a journaled leave", async () => {
    const { open, pass } = setUp();
    const { live, told } = await open();
    void sit(live, "ada");
    await pass(100);
    live.match.drop("ada");
    await pass(29_000);
    expect(live.match.seatsTaken).toBe(1);
    await pass(2000, 100);
    expect(live.match.seatsTaken).toBe(0);
    expect(told).toEqual(["gone ada"]);
  });

  it("[P5.10] ends when nobody has been in it for so long, with no step meanwhile", async () => {
    const { open, pass } = setUp({ limits: { emptySeconds: 60 } });
    const { live, told, world } = await open();
    void sit(live, "ada");
    await pass(100);
    live.match.leave("ada");
    await pass(100);
    const { length } = world().steps;
    await pass(59_000);
    expect(world().steps).toHaveLength(length);
    await pass(2000, 100);
    expect(told).toEqual(["gone ada", "over empty"]);
  });
});

it("[P6.14] a match that would end does not step again and again while somebody is expected, and ends afterwards", async () => {
  const { open, pass } = setUp({ limits: { emptySeconds: 60 } });
  const { told, world, room } = await open();
  room.expected = true;
  await pass(120_000, 500);
  expect([told, world().steps.length]).toEqual([[], 0]);
  room.expected = false;
  await pass(3000, 100);
  expect(told).toEqual(["over empty"]);
});

describe("match time of a game by events", () => {
  it("[P4.9] goes on while nobody has the match, and what was due meanwhile is done at once", async () => {
    const { clock, open, pass, store } = setUp();
    const { live } = await open();
    void sit(live, "ada");
    await pass(100);
    void live.match.command("ada", ask("ringIn", { ms: 60_000 }));
    await pass(100);
    const next = nodeAt(new FakeClock(clock.now() + 3_600_000), store);
    const { world } = await next.restored();
    await next.pass(100, 10);
    expect(world().rung).toHaveLength(1);
    expect(world().rung[0]).toBeGreaterThanOrEqual(3_600_000);
  });

  it("[P4.9] never falls, although the clock of the next owner is behind", async () => {
    const { open, pass, store } = setUp();
    const { live } = await open();
    void sit(live, "ada");
    await pass(50_000);
    void live.match.command("ada", ask("no"));
    await pass(100);
    const behind = nodeAt(new FakeClock(1_000_000 + 20_000), store);
    const { world, live: again } = await behind.restored();
    await behind.pass(100, 10);
    void again.match.command("ada", ask("no"));
    await behind.pass(1000, 10);
    expect(world().steps).toEqual([0, 50_000, 50_000]);
  });

  it("[P4.1] is the journal's: a replay gives every World again", async () => {
    const { open, pass, store } = setUp();
    const { live } = await open();
    void sit(live, "ada");
    await pass(100);
    for (const ms of [10, 2000, 30]) {
      void live.match.command("ada", ask("ringIn", { ms }));
      await pass(5000, 50);
    }
    await turns();
    const stored = await store.load("m");
    const about = aboutOf(stored.entry);
    const again = replay({ game: bell, about, history: replayable(stored, about, bell) });
    expect(again.fault).toBeUndefined();
    expect(again.checked.hashes).toBeGreaterThan(2);
    expect(again.state.world).toEqual(live.match.state.world);
    expect(again.state.nowMs).toBe(live.match.state.nowMs);
  });
});
