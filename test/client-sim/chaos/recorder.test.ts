/** What a recorder writes down, on a made-up connection and a made-up clock. */
import { describe, expect, it } from "vitest";
import type { Connection } from "../../../client-sim/bots/connection.ts";
import { Epochs } from "../../../client-sim/chaos/history/epochs.ts";
import { Recorder, type Strike } from "../../../client-sim/chaos/history/recorder.ts";
import { killPlan } from "../../../client-sim/chaos/nemesis/kill-plan.ts";
import type { ConnectionState } from "../../../shared/client/connection-state.ts";
import { Listeners } from "../../../shared/client/listeners.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import type { ArenaView } from "../../../shared/games/arena/view-schema.ts";
import type { Welcome } from "../../../shared/wire/room-messages.ts";

const kill = (atMs: number, epochs = new Epochs()): Strike => ({
  kind: "kill",
  atMs,
  epochOf: (matchId) => epochs.of(matchId),
});
const gapsOf = ({ gaps }: Recorder) => gaps.map(({ ms }) => ms);

function setup({ epochs = new Epochs(), sessionId = "s1" } = {}) {
  const welcomes = new Listeners<[Welcome]>();
  const states = new Listeners<[ConnectionState]>();
  const returned = new Listeners<[held: ArenaView, fresh: ArenaView]>();
  const view = arena.view.create();
  let welcome = { seat: 2, epoch: 1, tick: 10 } as Welcome;
  let nowMs = 0;
  const recorder = new Recorder(arena, "Flint", epochs, () => nowMs);
  const connection = {
    matchId: "m1",
    sessionId,
    view,
    get welcome() {
      return welcome;
    },
    onWelcome: welcomes.add,
    onState: states.add,
    onReturned: returned.add,
  } as unknown as Connection;
  view.tick = 10;
  recorder.joined(connection);
  return {
    recorder,
    epochs,
    visit: () => recorder.visits.at(-1)!,
    at: (ms: number) => {
      nowMs = ms;
    },
    see(tick: number) {
      view.tick = tick;
      recorder.saw(view);
    },
    drop: () => states.call({ kind: "reconnecting", sinceMs: nowMs }),
    greet(changes: Partial<Welcome>) {
      welcome = { ...welcome, ...changes };
      welcomes.call(welcome);
    },
    /** @param change of what is held, against what somebody new sees */
    comeBack(change: (held: ArenaView) => void) {
      const [held, fresh] = [arena.view.create(), arena.view.create()];
      change(held);
      returned.call(held, fresh);
    },
    view,
  };
}

describe("recorder", () => {
  it("keeps the whole state after a return, as it is held and as somebody new sees it", () => {
    const { comeBack, visit } = setup();
    comeBack(() => {});
    comeBack((held) => {
      held.teamSize = 2;
    });
    const [same, stale] = visit().returns;
    expect(same!.held).toBe(same!.fresh);
    expect(stale!.held).not.toBe(stale!.fresh);
  });

  it("keeps the tick and the hash of every View, by connection", () => {
    const { see, drop, visit, view } = setup();
    see(12);
    drop();
    see(15);
    expect(visit().connections.map(({ states }) => states.map(([tick]) => tick))).toEqual([[10, 12], [15]]);
    expect(visit().connections[1]!.states[0]![1]).toBe(hashPlain(arena.view.read(view)));
  });

  it("a gap goes from the kill to the first patch of the next process, not to what was still on its way", () => {
    const { recorder, epochs, at, see, drop, greet } = setup();
    at(1000);
    recorder.struck(kill(1000, epochs));
    at(1001);
    see(11);
    expect(gapsOf(recorder)).toEqual([]);
    at(1010);
    drop();
    at(1600);
    see(12);
    // The welcome comes after the full state: the gap ended with the state.
    at(1620);
    greet({ epoch: 2 });
    expect(gapsOf(recorder)).toEqual([600]);
  });

  it("a fault at another node is none of this player's", () => {
    const { recorder, at, see, visit } = setup();
    recorder.struck({ kind: "pause", atMs: 0, epochOf: () => undefined });
    at(100);
    see(11);
    expect(recorder.gaps).toEqual([]);
    expect(visit().connections[0]!.beforeKill).toBe(true);
  });

  it("while Redis is away the longest pause between two patches counts, also one that is not over", () => {
    const { recorder, at, see } = setup();
    recorder.hushed("redis-restart", 1000);
    for (const ms of [1010, 1900, 1950]) {
      at(ms);
      see(ms);
    }
    at(2000);
    recorder.unhushed();
    recorder.hushed("matchmaker", 2000);
    at(2300);
    recorder.unhushed();
    expect(recorder.gaps).toEqual([
      { kind: "redis-restart", ms: 890 },
      { kind: "matchmaker", ms: 300 },
    ]);
  });

  it("every connection knows the epoch of its owner, once the welcome came", () => {
    const { drop, see, greet, visit } = setup();
    drop();
    see(12);
    expect(visit().connections.map(({ epoch }) => epoch)).toEqual([1, undefined]);
    greet({ epoch: 2 });
    expect(visit().connections.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it("two kills before one patch are two gaps", () => {
    const epochs = new Epochs();
    const first = setup({ epochs });
    const second = setup({ epochs, sessionId: "s2" });
    for (const { recorder, drop } of [first, second]) {
      recorder.struck(kill(0, epochs));
      drop();
    }
    epochs.killed();
    // Only the second one is back before the next kill.
    second.at(500);
    second.see(12);
    second.greet({ epoch: 2 });
    for (const { recorder } of [first, second]) recorder.struck(kill(700, epochs));
    epochs.killed();
    second.drop();
    for (const { at, see, greet } of [first, second]) {
      at(1500);
      see(20);
      greet({ epoch: 3 });
    }
    expect(gapsOf(first.recorder)).toEqual([1500, 800]);
    expect(gapsOf(second.recorder)).toEqual([500, 800]);
  });

  it("a welcome of the killed process that is read late ends no gap", () => {
    const epochs = new Epochs();
    const { recorder, at, see, drop, greet } = setup({ epochs });
    recorder.struck(kill(0, epochs));
    epochs.killed();
    drop();
    // The second process answers, and is killed before the answer is read.
    recorder.struck(kill(500, epochs));
    epochs.killed();
    at(503);
    see(12);
    greet({ epoch: 2 });
    expect(gapsOf(recorder)).toEqual([503]);
    drop();
    at(1400);
    see(13);
    greet({ epoch: 3 });
    expect(gapsOf(recorder)).toEqual([503, 900]);
  });

  it("a match that is over has no gap", () => {
    const { recorder, epochs, at, see, view, greet } = setup();
    view.phase = "over";
    see(11);
    recorder.struck(kill(0, epochs));
    at(100);
    see(12);
    greet({ epoch: 2 });
    expect(gapsOf(recorder)).toEqual([]);
    expect(recorder.visits[0]!.sawEnd).toBe(true);
  });

  it("knows its own leave from a refused seat, and an SDK that is too young to come back", () => {
    const own = setup();
    own.recorder.expectLeave(false);
    own.recorder.left({ kind: "left", code: 4000, reason: "" });
    expect(own.visit().end).toBe("own");
    const away = setup();
    away.recorder.expectLeave(true);
    away.recorder.left({ kind: "left", code: 4000, reason: "" });
    expect(away.visit().end).toBe("away");
    const refused = setup();
    refused.recorder.left({ kind: "left", code: 4002, reason: "seat/gone" });
    expect(refused.visit()).toMatchObject({ end: "refused", endText: "code 4002 seat/gone" });
    const young = setup();
    const reason = "Room uptime too short for reconnection.";
    young.recorder.left({ kind: "left", code: 1006, reason });
    expect(young.visit().end).toBe("young");
  });

  it("notices another seat, and keeps commands with their answers", () => {
    const { recorder, greet, visit } = setup();
    recorder.asked({ name: "chat", payload: { text: "a" } })({ ok: true });
    recorder.asked({ name: "chat", payload: { text: "b" } });
    greet({ seat: 3, epoch: 2 });
    expect(visit().seatChanged).toBe(true);
    expect(visit().commands).toEqual([
      { name: "chat", payload: { text: "a" }, answer: { ok: true } },
      { name: "chat", payload: { text: "b" } },
    ]);
  });

  it("marks every connection that a kill followed, also of an earlier visit", () => {
    const { recorder, epochs, drop, visit } = setup();
    drop();
    recorder.struck(kill(0, epochs));
    drop();
    expect(visit().connections.map(({ beforeKill }) => beforeKill)).toEqual([true, true, false]);
  });
});

describe("kill plan", () => {
  it("is the same for the same seed, holds every kind, and never kills before the SDK comes back by itself", () => {
    const plan = killPlan(10, { random: 7 });
    expect(killPlan(10, { random: 7 })).toEqual(plan);
    expect(killPlan(10, { random: 8 })).not.toEqual(plan);
    expect(new Set(plan.map(({ kind }) => kind)).size).toBe(3);
    expect(plan[0]).toMatchObject({ kind: "playing" });
    expect(plan[0]!.waitMs).toBeGreaterThan(5000);
    for (const { kind, waitMs } of plan)
      if (kind !== "coming-back") expect(waitMs).toBeGreaterThanOrEqual(3000);
  });
});
