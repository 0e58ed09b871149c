/** What a witness writes down, on a made-up connection and a made-up clock. */
import { describe, expect, it } from "vitest";
import type { Connection } from "../../../client-sim/bots/connection.ts";
import { Epochs } from "../../../client-sim/chaos/history/epochs.ts";
import { Recorder, type Strike } from "../../../client-sim/chaos/history/recorder.ts";
import { killPlan } from "../../../client-sim/chaos/nemesis/kill-plan.ts";
import type { ConnectionState } from "../../../shared/client/follow-match.ts";
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

function scene({ epochs = new Epochs(), sessionId = "s1" } = {}) {
  const welcomes = new Listeners<[Welcome]>();
  const states = new Listeners<[ConnectionState]>();
  const returned = new Listeners<[held: ArenaView, fresh: ArenaView]>();
  const view = arena.view.create();
  let welcome = { seat: 2, epoch: 1, tick: 10 } as Welcome;
  let nowMs = 0;
  const witness = new Recorder("Flint", epochs, () => nowMs);
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
  witness.joined(connection);
  return {
    witness,
    epochs,
    stay: () => witness.stays.at(-1)!,
    at: (ms: number) => {
      nowMs = ms;
    },
    see(tick: number) {
      view.tick = tick;
      witness.saw(view);
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

describe("witness", () => {
  it("keeps the whole state after a return, as it is held and as somebody new sees it", () => {
    const { comeBack, stay } = scene();
    comeBack(() => {});
    comeBack((held) => {
      held.teamSize = 2;
    });
    const [same, stale] = stay().returns;
    expect(same!.held).toBe(same!.fresh);
    expect(stale!.held).not.toBe(stale!.fresh);
  });

  it("keeps the tick and the hash of every View, by connection", () => {
    const { see, drop, stay, view } = scene();
    see(12);
    drop();
    see(15);
    expect(stay().connections.map(({ states }) => states.map(([tick]) => tick))).toEqual([[10, 12], [15]]);
    expect(stay().connections[1]!.states[0]![1]).toBe(hashPlain(arena.view.read(view)));
  });

  it("a gap goes from the kill to the first patch of the next process, not to what was still on its way", () => {
    const { witness, epochs, at, see, drop, greet } = scene();
    at(1000);
    witness.struck(kill(1000, epochs));
    at(1001);
    see(11);
    expect(gapsOf(witness)).toEqual([]);
    at(1010);
    drop();
    at(1600);
    see(12);
    // The welcome comes after the full state: the gap ended with the state.
    at(1620);
    greet({ epoch: 2 });
    expect(gapsOf(witness)).toEqual([600]);
  });

  it("a fault at another node is none of this player's", () => {
    const { witness, at, see, stay } = scene();
    witness.struck({ kind: "pause", atMs: 0, epochOf: () => undefined });
    at(100);
    see(11);
    expect(witness.gaps).toEqual([]);
    expect(stay().connections[0]!.beforeKill).toBe(true);
  });

  it("while Redis is away the longest pause between two patches counts, also one that is not over", () => {
    const { witness, at, see } = scene();
    witness.hushed("redis-restart", 1000);
    for (const ms of [1010, 1900, 1950]) {
      at(ms);
      see(ms);
    }
    at(2000);
    witness.unhushed();
    witness.hushed("matchmaker", 2000);
    at(2300);
    witness.unhushed();
    expect(witness.gaps).toEqual([
      { kind: "redis-restart", ms: 890 },
      { kind: "matchmaker", ms: 300 },
    ]);
  });

  it("every connection knows the epoch of its owner, once the welcome came", () => {
    const { drop, see, greet, stay } = scene();
    drop();
    see(12);
    expect(stay().connections.map(({ epoch }) => epoch)).toEqual([1, undefined]);
    greet({ epoch: 2 });
    expect(stay().connections.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it("two kills before one patch are two gaps", () => {
    const epochs = new Epochs();
    const first = scene({ epochs });
    const second = scene({ epochs, sessionId: "s2" });
    for (const { witness, drop } of [first, second]) {
      witness.struck(kill(0, epochs));
      drop();
    }
    epochs.killed();
    // Only the second one is back before the next kill.
    second.at(500);
    second.see(12);
    second.greet({ epoch: 2 });
    for (const { witness } of [first, second]) witness.struck(kill(700, epochs));
    epochs.killed();
    second.drop();
    for (const { at, see, greet } of [first, second]) {
      at(1500);
      see(20);
      greet({ epoch: 3 });
    }
    expect(gapsOf(first.witness)).toEqual([1500, 800]);
    expect(gapsOf(second.witness)).toEqual([500, 800]);
  });

  it("a welcome of the killed process that is read late ends no gap", () => {
    const epochs = new Epochs();
    const { witness, at, see, drop, greet } = scene({ epochs });
    witness.struck(kill(0, epochs));
    epochs.killed();
    drop();
    // The second process answers, and is killed before the answer is read.
    witness.struck(kill(500, epochs));
    epochs.killed();
    at(503);
    see(12);
    greet({ epoch: 2 });
    expect(gapsOf(witness)).toEqual([503]);
    drop();
    at(1400);
    see(13);
    greet({ epoch: 3 });
    expect(gapsOf(witness)).toEqual([503, 900]);
  });

  it("a match that is over has no gap", () => {
    const { witness, epochs, at, see, view, greet } = scene();
    view.phase = "over";
    see(11);
    witness.struck(kill(0, epochs));
    at(100);
    see(12);
    greet({ epoch: 2 });
    expect(gapsOf(witness)).toEqual([]);
    expect(witness.stays[0]!.sawEnd).toBe(true);
  });

  it("knows its own leave from a refused seat, and an SDK that is too young to come back", () => {
    const own = scene();
    own.witness.expectLeave(false);
    own.witness.left({ kind: "left", code: 4000, reason: "" });
    expect(own.stay().end).toBe("own");
    const away = scene();
    away.witness.expectLeave(true);
    away.witness.left({ kind: "left", code: 4000, reason: "" });
    expect(away.stay().end).toBe("away");
    const refused = scene();
    refused.witness.left({ kind: "left", code: 4002, reason: "seat/gone" });
    expect(refused.stay()).toMatchObject({ end: "refused", endText: "code 4002 seat/gone" });
    const young = scene();
    const reason = "Room uptime too short for reconnection.";
    young.witness.left({ kind: "left", code: 1006, reason });
    expect(young.stay().end).toBe("young");
  });

  it("notices another seat, and keeps commands with their answers", () => {
    const { witness, greet, stay } = scene();
    witness.asked({ name: "chat", payload: { text: "a" } })({ ok: true });
    witness.asked({ name: "chat", payload: { text: "b" } });
    greet({ seat: 3, epoch: 2 });
    expect(stay().seatChanged).toBe(true);
    expect(stay().commands).toEqual([
      { name: "chat", payload: { text: "a" }, answer: { ok: true } },
      { name: "chat", payload: { text: "b" } },
    ]);
  });

  it("marks every connection that a kill followed, also of an earlier stay", () => {
    const { witness, epochs, drop, stay } = scene();
    drop();
    witness.struck(kill(0, epochs));
    drop();
    expect(stay().connections.map(({ beforeKill }) => beforeKill)).toEqual([true, true, false]);
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
