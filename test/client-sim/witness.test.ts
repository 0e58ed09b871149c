/** What a witness writes down, on a made-up connection and a made-up clock. */
import { describe, expect, it } from "vitest";
import { Epochs } from "../../client-sim/chaos/epochs.ts";
import { killPlan } from "../../client-sim/chaos/plan.ts";
import { Witness } from "../../client-sim/chaos/witness.ts";
import type { Connection } from "../../client-sim/connection.ts";
import type { ConnectionState } from "../../shared/client/follow-match.ts";
import { Listeners } from "../../shared/client/listeners.ts";
import { hashPlain } from "../../shared/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { Welcome } from "../../shared/wire/room-messages.ts";

function scene({ epochs = new Epochs(), sessionId = "s1" } = {}) {
  const welcomes = new Listeners<[Welcome]>();
  const states = new Listeners<[ConnectionState]>();
  const view = arena.view.create();
  let welcome = { seat: 2, epoch: 1, tick: 10 } as Welcome;
  let nowMs = 0;
  const witness = new Witness("Flint", epochs, () => nowMs);
  const connection = {
    matchId: "m1",
    sessionId,
    view,
    get welcome() {
      return welcome;
    },
    onWelcome: welcomes.add,
    onState: states.add,
  } as unknown as Connection;
  view.tick = 10;
  witness.joined(connection);
  return {
    witness,
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
    view,
  };
}

describe("witness", () => {
  it("keeps the tick and the hash of every View, by connection", () => {
    const { see, drop, stay, view } = scene();
    see(12);
    drop();
    see(15);
    expect(stay().connections.map(({ states }) => states.map(([tick]) => tick))).toEqual([[10, 12], [15]]);
    expect(stay().connections[1]!.states[0]![1]).toBe(hashPlain(arena.view.read(view)));
  });

  it("a gap goes from the kill to the first patch of the next process, not to what was still on its way", () => {
    const { witness, at, see, drop, greet } = scene();
    at(1000);
    witness.killed(1000);
    at(1001);
    see(11);
    expect(witness.gapsMs).toEqual([]);
    at(1010);
    drop();
    at(1600);
    see(12);
    // The welcome comes after the full state: the gap ended with the state.
    at(1620);
    greet({ epoch: 2 });
    expect(witness.gapsMs).toEqual([600]);
  });

  it("two kills before one patch are two gaps", () => {
    const epochs = new Epochs();
    const first = scene({ epochs });
    const second = scene({ epochs, sessionId: "s2" });
    for (const { witness, drop } of [first, second]) {
      witness.killed(0);
      drop();
    }
    epochs.killed();
    // Only the second one is back before the next kill.
    second.at(500);
    second.see(12);
    second.greet({ epoch: 2 });
    for (const { witness } of [first, second]) witness.killed(700);
    epochs.killed();
    second.drop();
    for (const { at, see, greet } of [first, second]) {
      at(1500);
      see(20);
      greet({ epoch: 3 });
    }
    expect(first.witness.gapsMs).toEqual([1500, 800]);
    expect(second.witness.gapsMs).toEqual([500, 800]);
  });

  it("a welcome of the killed process that is read late ends no gap", () => {
    const epochs = new Epochs();
    const { witness, at, see, drop, greet } = scene({ epochs });
    witness.killed(0);
    epochs.killed();
    drop();
    // The second process answers, and is killed before the answer is read.
    witness.killed(500);
    epochs.killed();
    at(503);
    see(12);
    greet({ epoch: 2 });
    expect(witness.gapsMs).toEqual([503]);
    drop();
    at(1400);
    see(13);
    greet({ epoch: 3 });
    expect(witness.gapsMs).toEqual([503, 900]);
  });

  it("a match that is over has no gap", () => {
    const { witness, at, see, view, greet } = scene();
    view.phase = "over";
    see(11);
    witness.killed(0);
    at(100);
    see(12);
    greet({ epoch: 2 });
    expect(witness.gapsMs).toEqual([]);
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
    const { witness, drop, stay } = scene();
    drop();
    witness.killed(0);
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
