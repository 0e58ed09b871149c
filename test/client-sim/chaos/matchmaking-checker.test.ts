/** What chaos on matchmakers calls wrong: every kind of it from answers that are made up, and nothing from good ones. */
import { describe, expect, it } from "vitest";
import { judge } from "../../../client-sim/chaos/matchmaking/checker.ts";
import { type AssignmentVisit, Evidence } from "../../../client-sim/chaos/matchmaking/history.ts";
import { countingFor } from "../../../client-sim/chaos/matchmaking/matches-rated.ts";
import type { TicketInfo } from "../../../shared/wire/tickets.ts";

const atMs = 1_700_000_000_000;
const iso = (ms: number) => new Date(atMs + ms).toISOString();

function ticketOf(id: string, userIds: readonly string[]) {
  const players = userIds.map((userId) => ({ userId }));
  const times = { createdAt: iso(0), expiresAt: iso(900_000) };
  const queue = userIds.length > 1 ? "pairs" : "duel";
  return { id, queue, players, backfill: false, ...times, ...(players.length > 1 && { partyId: "party" }) };
}

const search = { waitedMs: 0, rating: 25, ratingWindow: 1, unfairnessMax: 1, latencyMsMax: 100 };

const waiting = (id: string, userIds: readonly string[], version = 1): TicketInfo => ({
  ...{ ...ticketOf(id, userIds), version, state: "waiting", search },
});

const ended = (id: string, userIds: readonly string[], state: "cancelled" | "expired"): TicketInfo => ({
  ...{ ...ticketOf(id, userIds), version: 3, state, endedAt: iso(500) },
});

function assigned(id: string, userIds: readonly string[], to: { match: string; team: number; seat: string }) {
  const reservation = { name: "arena", sessionId: to.seat, roomId: to.match, processId: "p" };
  const assignment = { matchId: to.match, region: "local", team: to.team, reservation };
  return {
    ...{ ...ticketOf(id, userIds), version: 3, state: "assigned", endedAt: iso(500), assignment },
  } satisfies TicketInfo;
}

const visit = (userId: string, more: Partial<AssignmentVisit> = {}): AssignmentVisit => ({
  ...{ userId, ticketId: `ticket of ${userId}`, queue: "duel", matchId: "m", team: 0, end: "over" },
  ...{ seat: 0, inAtMs: 100, leavingAtMs: 200 },
  ...more,
});

/** A visit that led to no seat. */
function shutOut(userId: string, more: Partial<AssignmentVisit>): AssignmentVisit {
  const { seat: _, inAtMs: __, leavingAtMs: ___, ...rest } = visit(userId, more);
  return rest;
}

/** Ann and Ben in a duel that counts. */
function goodRun(): Evidence {
  const evidence = new Evidence();
  for (const [team, userId] of ["ann", "ben"].entries()) {
    const id = `ticket of ${userId}`;
    evidence.created(userId, "key", waiting(id, [userId]));
    evidence.saw(userId, assigned(id, [userId], { match: "m", team, seat: `seat of ${userId}` }));
    evidence.visits.push(visit(userId, { team, seat: team }));
  }
  evidence.results.set("m", new Set(["Ann", "Ben"]));
  evidence.rated = new Map([
    ["ann", { duel: 1 }],
    ["ben", { duel: 1 }],
  ]);
  return evidence;
}

const players = [
  { userId: "ann", name: "Ann" },
  { userId: "ben", name: "Ben" },
];
const good = {
  ticketsLost: 0,
  assignedTwice: 0,
  partiesSplit: 0,
  ratingsTwice: 0,
  ratingsLost: 0,
  refused: 0,
};
const wrong = (change: (evidence: Evidence) => void) => {
  const evidence = goodRun();
  change(evidence);
  return judge(evidence, players);
};

describe("the verdict", () => {
  it("finds nothing wrong where nothing is", () => {
    expect(wrong(() => {})).toMatchObject({ ...good, findings: [], ratingsChecked: 2, ratingsUnsure: 0 });
  });

  it.each<[string, (evidence: Evidence) => void, object]>([
    [
      "a ticket of which its player is told that there is none",
      ({ tickets }) => tickets.get("ticket of ann")!.unknownTo.push("ann"),
      { ticketsLost: 1 },
    ],
    ["a ticket that never ends", (run) => run.saw("ann", waiting("t", ["ann"])), { ticketsLost: 1 }],
    ["a ticket that waited on", ({ hung }) => hung.push("t"), { ticketsLost: 1 }],
    [
      "a ticket that nobody took back",
      (run) => run.saw("ann", ended("t", ["ann"], "cancelled")),
      { ticketsLost: 1 },
    ],
    [
      "a ticket that expired too early",
      (run) => run.saw("ann", ended("t", ["ann"], "expired")),
      { ticketsLost: 1 },
    ],
    [
      "a ticket with two matches",
      (run) => run.saw("ann", assigned("ticket of ann", ["ann"], { match: "n", team: 0, seat: "other" })),
      { assignedTwice: 1, partiesSplit: 1 },
    ],
    [
      "a ticket that gives two seats",
      (run) => run.saw("ann", assigned("ticket of ann", ["ann"], { match: "m", team: 0, seat: "other" })),
      { assignedTwice: 1 },
    ],
    [
      "a ticket that waits again after its end",
      (run) => run.saw("ann", waiting("ticket of ann", ["ann"], 4)),
      { ticketsLost: 1, assignedTwice: 1 },
    ],
    [
      "a key with two tickets",
      (run) => run.created("ann", "key", assigned("t", ["ann"], { match: "m", team: 0, seat: "s" })),
      { assignedTwice: 1 },
    ],
    [
      "a player in two matches at once",
      ({ visits }) => visits.push(visit("ann", { matchId: "m", seat: 1, team: 1, inAtMs: 150 })),
      { assignedTwice: 1, partiesSplit: 1 },
    ],
    [
      "two players with one reservation",
      (run) => run.saw("ben", assigned("t", ["ben"], { match: "m", team: 1, seat: "seat of ann" })),
      { partiesSplit: 1 },
    ],
    [
      "a player on the other side's seat",
      ({ visits }) => visits.push(visit("ann", { matchId: "n", seat: 1, inAtMs: 300, end: "never-came" })),
      { partiesSplit: 1, ratingsLost: 0 },
    ],
    [
      "a match that counts twice",
      (run) =>
        (run.rated = new Map([
          ["ann", { duel: 2 }],
          ["ben", { duel: 1 }],
        ])),
      { ratingsTwice: 1 },
    ],
    ["a match that counts for nobody", (run) => (run.rated = new Map()), { ratingsLost: 2 }],
    [
      "a rating in a queue without a match",
      (run) =>
        (run.rated = new Map([
          ["ann", { duel: 1, pairs: 1 }],
          ["ben", { duel: 1 }],
        ])),
      { ratingsTwice: 1 },
    ],
    [
      "a seat that was refused",
      ({ visits }) => visits.push(shutOut("ann", { matchId: "n", end: "refused", said: "no way" })),
      { refused: 1 },
    ],
    ["a no that nobody expected", ({ refusals }) => refusals.push("no"), { refused: 1 }],
  ])("finds %s", (_, change, counts) => {
    expect(wrong(change)).toMatchObject({ ...good, ...counts });
  });

  it("finds a party that was torn apart, and a member who was told nothing", () => {
    const pair = ["ann", "ben"];
    const seats = (team: number) => (run: Evidence) => {
      run.saw("ann", assigned("t", pair, { match: "m", team: 0, seat: "a" }));
      run.saw("ben", assigned("t", pair, { match: "m", team, seat: "b" }));
    };
    expect(wrong(seats(0))).toMatchObject(good);
    expect(wrong(seats(1))).toMatchObject({ ...good, partiesSplit: 1 });
    const half = (run: Evidence) => run.saw("ann", assigned("t", pair, { match: "m", team: 0, seat: "a" }));
    expect(wrong(half)).toMatchObject({ ...good, partiesSplit: 1 });
  });

  it("takes an old answer that comes late for what it is", () => {
    expect(wrong((run) => run.saw("ann", waiting("ticket of ann", ["ann"], 2)))).toMatchObject(good);
  });

  it("blames nobody for a seat in a running match that ended before its player came", () => {
    const late = shutOut("ann", { matchId: "n", end: "refused", said: "onJoin: match/over" });
    expect(wrong(({ visits }) => visits.push(late))).toMatchObject(good);
  });
});

describe("for whom a match counts", () => {
  const counts = (
    visits: readonly AssignmentVisit[],
    result?: readonly string[],
    leavers?: readonly string[],
  ) =>
    Object.fromEntries(
      [...countingFor(visits, result && new Set(result), leavers && new Set(leavers))].map(
        ([userId, { min, max }]) => [userId, [min, max]],
      ),
    );
  const ann = (more?: Partial<AssignmentVisit>) => visit("ann", more);
  const ben = (more?: Partial<AssignmentVisit>) => visit("ben", { team: 1, seat: 1, ...more });
  const once = [1, 1];
  const never = [0, 0];

  it.each<[string, readonly AssignmentVisit[], readonly string[] | undefined, object]>([
    ["both stayed", [ann(), ben()], ["ann", "ben"], { ann: once, ben: once }],
    ["one deserted", [ann({ end: "deserted" }), ben()], ["ann", "ben"], { ann: once, ben: once }],
    [
      "both deserted, nobody saw the end",
      [ann({ end: "deserted" }), ben({ end: "deserted" })],
      undefined,
      { ann: once, ben: once },
    ],
    [
      "one never came: there was nobody to beat",
      [ann(), shutOut("ben", { team: 1, end: "never-came" })],
      ["ann"],
      { ann: never, ben: never },
    ],
    [
      "one deserted a match to which the other never came",
      [ann({ end: "deserted" }), shutOut("ben", { team: 1, end: "never-came" })],
      undefined,
      { ann: never, ben: never },
    ],
    ["one side alone, both stayed", [ann(), ben({ team: 0 })], ["ann", "ben"], { ann: never, ben: never }],
    [
      "one side alone, one of it deserted",
      [ann(), ben({ team: 0, end: "deserted" })],
      ["ann", "ben"],
      { ann: once, ben: once },
    ],
    [
      "they deserted and came back by another ticket",
      [ann(), ben({ team: 0, end: "deserted" }), ben({ team: 0 })],
      ["ann", "ben"],
      { ann: never, ben: never },
    ],
    [
      "one was refused, but the result names them",
      [ann(), shutOut("ben", { team: 1, end: "refused" })],
      ["ann", "ben"],
      { ann: once, ben: once },
    ],
    [
      "one was refused, and nobody saw the result",
      [ann({ end: "deserted" }), shutOut("ben", { team: 1, end: "refused" })],
      undefined,
      { ann: [0, 1], ben: [0, 1] },
    ],
  ])("%s", (_, visits, result, expected) => {
    expect(counts(visits, result)).toEqual(expected);
  });

  it("whether somebody who walked out had left before the end is what the result says, or nobody knows", () => {
    const alone = [ann(), ben({ team: 0, end: "walked-out" })];
    const played = ["ann", "ben"];
    expect(counts(alone, played, ["ben"])).toEqual({ ann: once, ben: once });
    expect(counts(alone, played, [])).toEqual({ ann: never, ben: never });
    expect(counts(alone)).toEqual({ ann: [0, 1], ben: [0, 1] });
    // Against somebody it counts in either case.
    expect(counts([ann(), ben({ end: "walked-out" })])).toEqual({ ann: once, ben: once });
  });

  it("a result names who left before the end apart from those who stayed, and no bots", () => {
    const evidence = new Evidence();
    const numbers = {};
    evidence.sawResult("m", {
      ...{ reason: "goal", ranking: [[0]] },
      players: [
        { seat: 0, name: "Ann", numbers },
        { seat: 2, name: "Bot", numbers, bot: true },
      ],
      left: [{ seat: 1, name: "Ben" }],
    });
    expect([...evidence.results.get("m")!]).toEqual(["Ann", "Ben"]);
    expect([...evidence.leavers.get("m")!]).toEqual(["Ben"]);
  });
});
