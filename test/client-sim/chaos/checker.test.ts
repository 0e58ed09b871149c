/** The checker of chaos on made-up evidence: nothing is found where nothing is wrong, and every loss is. */
import { describe, expect, it } from "vitest";
import { check, nothingLost as none } from "../../../client-sim/chaos/checker/checker.ts";
import type { Journal, JournalCommand } from "../../../client-sim/chaos/history/journal.ts";
import type { MatchVisit, SeenState, SentCommand } from "../../../client-sim/chaos/history/match-history.ts";

function visit(changes: Partial<MatchVisit> = {}): MatchVisit {
  return {
    player: "Flint",
    matchId: "m1",
    sessionId: "s1",
    seat: 0,
    firstTick: 1,
    seatChanged: false,
    sawEnd: false,
    connections: [
      { states: states(1, 2, 4), epoch: 1, beforeKill: true },
      { states: states(6, 8), epoch: 2, beforeKill: false },
    ],
    returns: [{ held: "whole", fresh: "whole" }],
    commands: [],
    end: "own",
    endText: "",
    ...changes,
  };
}

function states(...ticks: number[]): SeenState[] {
  return ticks.map((tick) => [tick, `view ${tick}`] as const);
}

/** Ticks 0 to 8; session s1 has a seat in all of them. */
function journal(changes: Partial<Journal> = {}): Journal {
  const seats = new Set(["s1"]);
  const ticks = Array.from({ length: 9 }, (_, tick) => {
    const epoch = tick < 5 ? 1 : 2;
    return [tick, { epoch, view: `view ${tick}`, seats }] as const;
  });
  return {
    matchId: "m1",
    ticks: new Map(ticks),
    lastTick: 8,
    showsTick: true,
    commands: [],
    over: false,
    problems: [],
    ...changes,
  };
}

function verdictOn(visits: MatchVisit[], kept: Journal = journal()) {
  return check(visits, new Map([[kept.matchId, kept]]));
}

const chat = (text: string, answer?: SentCommand["answer"]): SentCommand => ({
  name: "chat",
  payload: { text },
  ...(answer ? { answer } : {}),
});
const kept = (text: string, id: number, ok = true): JournalCommand => ({
  sessionId: "s1",
  id,
  name: "chat",
  payload: { text },
  answer: ok ? { ok: true } : { ok: false, reason: "no" },
});
const yes = { ok: true } as const;

describe("check", () => {
  it("finds a client that holds something after its return that is not there any more", () => {
    const returns = [
      { held: "a", fresh: "a" },
      { held: "a and more", fresh: "a" },
    ];
    const verdict = verdictOn([visit({ returns })]);
    expect(verdict).toMatchObject({ ...none, staleReturns: 1, returns: 2 });
    expect(verdict.findings).toEqual([expect.stringContaining("Flint in match m1")]);
  });

  it("finds nothing when what was seen is what was kept", () => {
    const visits = [visit({ commands: [chat("a", yes), chat("b")] })];
    const verdict = verdictOn(visits, journal({ commands: [kept("a", 1)] }));
    expect(verdict).toEqual({ ...none, seen: 5, returns: 1, findings: [] });
  });

  it("a match that cannot be replayed is lost, once, however many players were in it", () => {
    const verdict = check([visit(), visit({ sessionId: "s2" })], new Map());
    expect(verdict).toMatchObject({ ...none, matchesLost: 1 });
    expect(verdict.findings).toHaveLength(1);
  });

  it("a tick beyond the journal's end was seen and lost", () => {
    const visits = [visit({ connections: [{ states: states(7, 8, 9, 10), epoch: 2, beforeKill: false }] })];
    expect(verdictOn(visits)).toMatchObject({ ...none, seenThenLost: 2 });
  });

  it("ticks that were played anew after a kill were seen and lost", () => {
    const before: SeenState[] = [...states(1, 2), [3, "taken back"], [4, "taken back"]];
    const connections = [
      { states: before, epoch: 2, beforeKill: true },
      { states: states(6), epoch: 2, beforeKill: false },
    ];
    expect(verdictOn([visit({ connections })])).toMatchObject({ ...none, seenThenLost: 2 });
  });

  it("a tick that differs where no kill followed is divergent", () => {
    const connections = [{ states: [...states(1, 2), [4, "other"] as const], epoch: 2, beforeKill: false }];
    expect(verdictOn([visit({ connections })])).toMatchObject({ ...none, divergentTicks: 1 });
  });

  it("a tick that differs before one that agrees is divergent, kill or not", () => {
    const connections = [{ states: [[2, "other"] as const, ...states(4)], epoch: 2, beforeKill: true }];
    expect(verdictOn([visit({ connections })])).toMatchObject({ ...none, divergentTicks: 1 });
  });

  it("a tick counts once, however many saw it", () => {
    const connections = [{ states: states(8, 9), epoch: 2, beforeKill: true }];
    const visits = [visit({ connections }), visit({ player: "Chert", connections })];
    expect(verdictOn(visits)).toMatchObject({ ...none, seenThenLost: 1, seen: 4 });
  });

  it("[P3] a tick that one owner showed and the next one made is a tick of two, though it looks the same", () => {
    const shown = { states: states(4, 5, 6), epoch: 1, beforeKill: true };
    const verdict = verdictOn([visit({ connections: [shown] })]);
    expect(verdict).toMatchObject({ ...none, ticksOfTwo: 2 });
    expect(verdict.findings[0]).toContain("ticks 5, 6");
  });

  it("[P3] a journal in which an older owner writes after a newer one has ticks of two", () => {
    const ticks = new Map(journal().ticks);
    ticks.set(8, { ...ticks.get(8)!, epoch: 1 });
    expect(verdictOn([visit()], journal({ ticks }))).toMatchObject({ ...none, ticksOfTwo: 1 });
  });

  it("a new owner may show the last tick of the one before", () => {
    const shown = { states: states(4, 5), epoch: 2, beforeKill: false };
    expect(verdictOn([visit({ connections: [shown] })])).toMatchObject(none);
  });

  it("a replay that does not verify is divergent", () => {
    const verdict = verdictOn([visit()], journal({ problems: ["hash differs at tick 30"] }));
    expect(verdict).toMatchObject({ ...none, divergentTicks: 1 });
    expect(verdict.findings[0]).toContain("hash differs at tick 30");
  });

  it.each([
    ["another seat", { seatChanged: true }],
    ["a refused return", { end: "refused" as const }],
    ["a return that never came about", { end: "away" as const }],
  ])("%s is a seat lost", (_, changes) => {
    expect(verdictOn([visit(changes)])).toMatchObject({ ...none, seatsLost: 1 });
  });

  it("a seat that the journal gave up while its player saw the match is lost, once", () => {
    const ticks = new Map(journal().ticks);
    for (const tick of [6, 7, 8]) ticks.set(tick, { epoch: 2, view: `view ${tick}`, seats: new Set(["s9"]) });
    expect(verdictOn([visit()], journal({ ticks }))).toMatchObject({ ...none, seatsLost: 1 });
  });

  it("a View from before the seat was taken says nothing about the seat", () => {
    const ticks = new Map(journal().ticks);
    ticks.set(1, { epoch: 1, view: "view 1", seats: new Set() });
    expect(verdictOn([visit({ firstTick: 2 })], journal({ ticks }))).toMatchObject(none);
  });

  it.each([
    ["the match is over in the journal", { end: "refused" as const }, { over: true }],
    ["the player saw the end", { end: "away" as const, sawEnd: true }, {}],
    ["the SDK does not reconnect in its first 5 s", { end: "young" as const }, {}],
  ])("no seat is lost when %s", (_, changes, keptChanges) => {
    expect(verdictOn([visit(changes)], journal(keptChanges))).toMatchObject(none);
  });

  it("a command that was answered with yes and is not in the journal is lost", () => {
    expect(verdictOn([visit({ commands: [chat("a", yes)] })])).toMatchObject({ ...none, commandsLost: 1 });
  });

  it("a command that was answered with yes and refused in the journal is lost", () => {
    const verdict = verdictOn(
      [visit({ commands: [chat("a", yes)] })],
      journal({ commands: [kept("a", 1, false)] }),
    );
    expect(verdict).toMatchObject({ ...none, commandsLost: 1 });
  });

  it("an answer that was forgotten still means that the command was applied", () => {
    const forgotten = { ok: false, reason: "command/answer-forgotten" } as const;
    expect(verdictOn([visit({ commands: [chat("a", forgotten)] })])).toMatchObject({
      ...none,
      commandsLost: 1,
    });
  });

  it("a command without an answer may be kept or not, but not twice", () => {
    const visits = [visit({ commands: [chat("a")] })];
    expect(verdictOn(visits)).toMatchObject(none);
    expect(verdictOn(visits, journal({ commands: [kept("a", 1)] }))).toMatchObject(none);
    const twice = journal({ commands: [kept("a", 1), kept("a", 2)] });
    expect(verdictOn(visits, twice)).toMatchObject({ ...none, commandsTwice: 1 });
  });

  it("a command id that is in the journal twice was applied twice, though it was sent as often", () => {
    const rail = { name: "choose-weapon", payload: { weapon: "rail" }, answer: yes };
    const inJournal = {
      sessionId: "s1",
      id: 4,
      name: "choose-weapon",
      payload: { weapon: "rail" },
      answer: yes,
    };
    const visits = [visit({ commands: [rail, rail] })];
    const good = journal({ commands: [inJournal, { ...inJournal, id: 5 }] });
    expect(verdictOn(visits, good)).toMatchObject(none);
    const bad = journal({ commands: [inJournal, inJournal] });
    expect(verdictOn(visits, bad)).toMatchObject({ ...none, commandsTwice: 1 });
  });

  it("a command that nobody sent is one too many", () => {
    const verdict = verdictOn([visit()], journal({ commands: [kept("from nowhere", 1)] }));
    expect(verdict).toMatchObject({ ...none, commandsTwice: 1 });
  });
});

describe("check, of a View that does not say its tick", () => {
  /** The View changes every third tick, and what seat 0 alone sees with every tick. */
  function unticked(): Journal {
    const ticks = [...journal().ticks].map(([tick, each]) => {
      const own = { 0: [`own ${tick}`], 1: [`own of 1, ${tick}`] };
      return [tick, { ...each, view: `view ${Math.floor(tick / 3)}`, own }] as const;
    });
    return journal({ ticks: new Map(ticks), showsTick: false });
  }
  const seenBy = (...seen: readonly (readonly [view: number, own: string])[]) =>
    visit({
      connections: [
        {
          states: seen.map(([view, own]) => [undefined, `view ${view}`, [own]] as const),
          ...{ epoch: 2, beforeKill: false },
        },
      ],
    });

  it("finds nothing when what was seen is in the journal, in its order", () => {
    expect(verdictOn([seenBy([0, "own 1"], [0, "own 2"], [1, "own 5"])], unticked())).toMatchObject(none);
  });

  it("[P2] finds what is in another order, and what was never shown", () => {
    const back = seenBy([0, "own 0"], [1, "own 4"], [0, "own 2"]);
    expect(verdictOn([back], unticked()).divergentTicks).toBe(1);
    expect(verdictOn([seenBy([0, "own 0"], [9, "own 4"])], unticked()).divergentTicks).toBe(1);
  });

  it("[P1] finds what belongs to another player, and what is older than the View", () => {
    expect(verdictOn([seenBy([0, "own 0"], [0, "own of 1, 1"])], unticked()).divergentTicks).toBe(1);
    expect(verdictOn([seenBy([0, "own 0"], [1, "own 1"])], unticked()).divergentTicks).toBe(1);
  });

  it("takes a part that is newer with the first state of a connection only", () => {
    expect(verdictOn([seenBy([0, "own 4"], [1, "own 5"])], unticked())).toMatchObject(none);
    expect(verdictOn([seenBy([0, "own 8"], [1, "own 5"])], unticked()).divergentTicks).toBe(1);
  });
});
