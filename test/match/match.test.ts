/** The match between two ticks and at them: seats, inputs, commands, drops and returns, with ticks as time. */
import { describe, expect, it } from "vitest";
import { Match } from "../../server/match/match.ts";
import { newMatchState } from "../../server/match/state.ts";
import { type TallyInput, type TallyWorld, tally } from "./tally.ts";

const limits = {
  ...{ seatGraceTicks: 5, spectatorsMax: 1, commandsPendingMax: 2 },
  ...{ emptyTicksMax: Number.POSITIVE_INFINITY, aloneTicksMax: Number.POSITIVE_INFINITY },
  ...{ commandsPerSecondMax: 1e9, commandBytesPerSecondMax: 1e9 },
};

/** A match whose inputs wait in arrays, one per session. */
function setUp() {
  const drops: string[] = [];
  const match = new Match({
    game: tally,
    state: newMatchState(tally, 7, { overAt: 0 }),
    limits,
    onInputDrop: (reason) => drops.push(reason),
  });
  const inboxes: Record<string, TallyInput[]> = {};
  const tick = () => {
    const record = match.nextRecord((sessionId, max) => (inboxes[sessionId] ?? []).splice(0, max), false);
    match.apply(record);
    return record;
  };
  const join = (sessionId: string, spectate = false) =>
    match.join({ sessionId, userId: sessionId, name: sessionId, token: `token-${sessionId}`, spectate });
  const world = () => match.state.world as TallyWorld;
  const input = (sessionId: string, seq: number, amount = 1) => {
    inboxes[sessionId] = [...(inboxes[sessionId] ?? []), { seq, amount }];
  };
  return { match, tick, join, world, input, drops, inboxes };
}

describe("seats", () => {
  it("a join takes the lowest free seat with the next tick", async () => {
    const { match, tick, join, world } = setUp();
    const result = join("ada");
    expect(result).toMatchObject({ ok: true, seat: 0 });
    expect(match.seatsTaken).toBe(1);
    expect(match.seat("ada")).toBeUndefined();
    tick();
    if (result.ok) await result.applied;
    expect(match.seat("ada")).toMatchObject({ seat: 0, token: "token-ada" });
    expect(world().story).toEqual(['1 join "0:ada"']);
  });

  it("[P6.3] a full match refuses, also when the seats are still on their way", () => {
    const { tick, join } = setUp();
    join("a");
    join("b");
    join("c");
    expect(join("d")).toEqual({ ok: false, reason: "seat/full" });
    tick();
    expect(join("d")).toEqual({ ok: false, reason: "seat/full" });
  });

  it("[P6.3] spectators have places of their own, are bounded, and the game does not see them", () => {
    const { match, tick, join, world } = setUp();
    expect(join("s", true)).toMatchObject({ ok: true, seat: "spectator" });
    expect(join("t", true)).toEqual({ ok: false, reason: "seat/spectators-full" });
    tick();
    expect(match.seatsTaken).toBe(0);
    expect(world().story).toEqual([]);
  });

  it("[P5.4] a dropped seat is held for the grace period and then left by a journaled leave", () => {
    const { match, tick, join } = setUp();
    join("a");
    tick();
    match.drop("a");
    expect(tick().events).toEqual({ drops: ["a"] });
    expect(match.seat("a")).toMatchObject({ droppedAt: 2 });
    for (let i = 0; i < 5; i++) expect(tick().events).toBeUndefined();
    expect(tick().events).toEqual({ leaves: ["a"] });
    expect(match.seat("a")).toBeUndefined();
    expect(tick().events).toBeUndefined();
  });

  it("[P5] who comes back in time keeps the seat", async () => {
    const { match, tick, join, world } = setUp();
    join("a");
    tick();
    match.drop("a");
    tick();
    const back = match.comeBack("a");
    tick();
    await back;
    for (let i = 0; i < 20; i++) tick();
    expect(match.seat("a")).toMatchObject({ seat: 0, droppedAt: undefined });
    expect(world().story).toEqual(['1 join "0:a"', "2 drop 0", "3 return 0"]);
  });

  it("a return and a drop between the same two ticks end as dropped", async () => {
    const { match, tick, join } = setUp();
    join("a");
    tick();
    match.drop("a");
    tick();
    const back = match.comeBack("a");
    match.drop("a");
    await back;
    tick();
    expect(match.seat("a")?.droppedAt).toBe(3);
  });

  it("a join that is taken back before its tick leaves nothing", () => {
    const { match, tick, join, world } = setUp();
    join("a");
    match.leave("a");
    tick();
    expect(match.state.seats).toEqual([]);
    expect(world().story).toEqual([]);
    expect(join("b")).toMatchObject({ seat: 0 });
  });

  it("a seat that is being left can be taken in the same tick, and the counts agree", () => {
    const { match, tick, join, world } = setUp();
    for (const name of ["a", "b", "c"]) join(name);
    tick();
    match.leave("b");
    expect(match.seatsTaken).toBe(2);
    expect(join("d")).toMatchObject({ ok: true, seat: 1 });
    expect(match.seatsTaken).toBe(3);
    expect(join("e")).toEqual({ ok: false, reason: "seat/full" });
    tick();
    expect(world().story.slice(-2)).toEqual(["2 leave 1", '2 join "1:d"']);
    expect(match.seat("d")).toMatchObject({ seat: 1 });
  });

  it("a seat that is left goes to the next player without the old one's numbers", () => {
    const { match, tick, join, input } = setUp();
    join("a");
    tick();
    input("a", 50);
    tick();
    match.leave("a");
    tick();
    join("b");
    tick();
    expect(match.seat("b")).toMatchObject({ seat: 0, lastInputSeq: 0 });
  });
});

describe("inputs", () => {
  it("reach the World in the next tick and are acknowledged by their number", () => {
    const { match, tick, join, world, input } = setUp();
    join("a");
    tick();
    input("a", 1, 5);
    tick();
    expect(world().tallies[0]).toBe(5);
    expect(match.seat("a")?.lastInputSeq).toBe(1);
  });

  it("what came twice or late is dropped and counted", () => {
    const { tick, join, world, input, drops } = setUp();
    join("a");
    tick();
    input("a", 3);
    input("a", 3);
    input("a", 2);
    tick();
    expect(world().tallies[0]).toBe(1);
    expect(drops).toEqual(["duplicate", "late"]);
  });

  it("[P1.1] [P6] a seat brings at most four into a tick and one a tick over time", () => {
    const { tick, join, inboxes, input } = setUp();
    join("a");
    tick();
    const taken: number[] = [];
    let seq = 0;
    for (let i = 0; i < 30; i++) {
      for (let burst = 0; burst < 10; burst++) input("a", ++seq);
      taken.push(tick().inputs[0]?.inputs.length ?? 0);
      inboxes.a = [];
    }
    expect(Math.max(...taken)).toBe(4);
    expect(taken.reduce((sum, each) => sum + each)).toBe(4 + 29);
  });

  it("a dropped seat's inputs wait for nobody", () => {
    const { match, tick, join, world, input } = setUp();
    join("a");
    tick();
    match.drop("a");
    tick();
    input("a", 1, 5);
    tick();
    expect(world().tallies[0]).toBeUndefined();
  });
});

describe("commands", () => {
  const say = (text: string, id: number) => ({ id, name: "say", payload: { text } });

  it("are applied with the next tick and answered by the game", async () => {
    const { match, tick, join, world } = setUp();
    join("a");
    tick();
    const answer = match.command("a", say("hello", 1));
    tick();
    expect(await answer).toEqual({ ok: true });
    expect(world().story.at(-1)).toBe('2 command 0 {"text":"hello"}');
  });

  it("a repeated id is applied once and answered as the first time, while it waits and after", async () => {
    const { match, tick, join, world } = setUp();
    join("a");
    tick();
    const first = match.command("a", say("once", 1));
    const second = match.command("a", say("once", 1));
    tick();
    expect(await second).toEqual(await first);
    expect(await match.command("a", say("once", 1))).toEqual({ ok: true });
    tick();
    expect(world().story.filter((line) => line.includes("once"))).toHaveLength(1);
  });

  it("an id far below the last one was applied; its answer is no longer kept", async () => {
    const { match, tick, join } = setUp();
    join("a");
    tick();
    for (let id = 1; id <= 20; id++) {
      match.command("a", say(`${id}`, id));
      tick();
    }
    expect(await match.command("a", say("1", 1))).toEqual({ ok: false, reason: "command/answer-forgotten" });
    expect(await match.command("a", say("19", 19))).toEqual({ ok: true });
  });

  it("[P6] too many at once, ids that fall, and strangers are refused", async () => {
    const { match, tick, join } = setUp();
    join("a");
    join("s", true);
    tick();
    match.command("a", say("x", 5));
    expect(await match.command("a", say("y", 4))).toEqual({ ok: false, reason: "command/stale-id" });
    match.command("a", say("z", 6));
    expect(await match.command("a", say("w", 7))).toEqual({ ok: false, reason: "command/too-many" });
    expect(await match.command("s", say("hi", 1))).toEqual({ ok: false, reason: "command/no-seat" });
    expect(await match.command("nobody", say("hi", 1))).toEqual({ ok: false, reason: "command/no-seat" });
  });

  it("a command of a seat that leaves in the same tick is not applied, and says so", async () => {
    const { match, tick, join, world } = setUp();
    join("a");
    tick();
    const answer = match.command("a", say("too late", 1));
    match.leave("a");
    tick();
    expect(await answer).toEqual({ ok: false, reason: "command/no-seat" });
    expect(world().story.some((line) => line.includes("too late"))).toBe(false);
  });
});
