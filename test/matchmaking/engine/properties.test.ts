/** What holds of every scan, whatever waits: whole tickets, exact sides, limits kept, the same answer again. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { latencyLimitMs, ratingWindow, unfairnessLimit } from "../../../server/matchmaking/engine/limits.ts";
import { type Proposal, proposals } from "../../../server/matchmaking/engine/proposals.ts";
import { rolesOf } from "../../../server/matchmaking/engine/roles.ts";
import type { OpenSeats, WaitingTicket } from "../../../server/matchmaking/engine/ticket.ts";
import type { QueueRules } from "../../../server/matchmaking/queues.ts";
import { nowMs, regions, rulesOf, someRules, someTickets, ticket } from "./waiting.ts";

const runs = { numRuns: 400 };
const rounding = 1e-9;

const someOpenSeats = (rules: QueueRules): fc.Arbitrary<OpenSeats[]> =>
  fc
    .array(
      fc.record({
        region: fc.constantFrom(...regions),
        mode: fc.constantFrom("flags", "towers"),
        free: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: rules.teams, maxLength: rules.teams }),
      }),
      { maxLength: 3 },
    )
    .map((matches) =>
      matches.map(({ region, mode, free }, at) => ({
        matchId: `m${at}`,
        queue: "test",
        region,
        mode,
        teams: free.map((seats, team) => ({ free: seats, players: ticket(`p${at}.${team}`).players })),
        askedAtMs: nowMs - at,
      })),
    );

const someScan = someRules.chain((rules) =>
  fc.record({ rules: fc.constant(rules), tickets: someTickets, openSeats: someOpenSeats(rules) }),
);

interface Made {
  readonly proposal: Proposal;
  /** The tickets of each side. */
  readonly sides: WaitingTicket[][];
  readonly all: WaitingTicket[];
  readonly rules: QueueRules;
}

/** Checks each proposal of many scans. */
function eachProposal(check: (made: Made) => void): void {
  let seen = 0;
  const property = fc.property(someScan, ({ rules, tickets, openSeats }) => {
    const byId = new Map(tickets.map((each) => [each.id, each]));
    for (const proposal of proposals({ tickets, openSeats, rules, nowMs }).proposals) {
      const sides = proposal.teams.map((ids) => ids.map((id) => byId.get(id)!));
      check({ proposal, sides, all: sides.flat(), rules });
      seen += 1;
    }
  });
  fc.assert(property, runs);
  expect(seen).toBeGreaterThan(100);
}

const waitedMs = (each: WaitingTicket) => nowMs - each.createdAtMs;
const meanMu = ({ players }: WaitingTicket) =>
  players.reduce((sum, { rating }) => sum + rating.mu, 0) / players.length;
const starves = (rules: QueueRules) => (each: WaitingTicket) =>
  waitedMs(each) >= rules.starvationSeconds * 1000;

test("[P8.4] a ticket is in at most one proposal or backfill", () => {
  fc.assert(
    fc.property(someScan, ({ rules, tickets, openSeats }) => {
      const made = proposals({ tickets, openSeats, rules, nowMs });
      const placed = [
        ...made.proposals.flatMap(({ teams }) => teams.flat()),
        ...made.backfills.map(({ ticketId }) => ticketId),
      ];
      expect(new Set(placed).size).toBe(placed.length);
    }),
    runs,
  );
});

test("[P8.8] sides have exactly their size, whole parties and bots together", () => {
  eachProposal(({ proposal, sides, rules }) => {
    expect(sides.length).toBe(rules.teams);
    for (const [at, side] of sides.entries())
      expect(side.flatMap(({ players }) => players).length + proposal.bots[at]!).toBe(rules.teamSize);
  });
});

test("bots come only when the queue allows them, for one who waited for them, with enough players", () => {
  eachProposal(({ proposal, all, rules }) => {
    if (proposal.bots.every((count) => count === 0)) return;
    expect(rules.botsAfterSeconds).toBeDefined();
    expect(Math.max(...all.map(waitedMs))).toBeGreaterThanOrEqual(rules.botsAfterSeconds! * 1000);
    expect(all.flatMap(({ players }) => players).length).toBeGreaterThanOrEqual(rules.playersMin);
  });
});

test("every window holds every other ticket, or that of one who starves does", () => {
  eachProposal(({ all, rules }) => {
    const patience = Math.max(
      0,
      ...all.filter(starves(rules)).map((each) => ratingWindow(rules, waitedMs(each))),
    );
    for (const one of all)
      for (const other of all) {
        const width = Math.max(patience, ratingWindow(rules, waitedMs(one)));
        expect(Math.abs(meanMu(one) - meanMu(other))).toBeLessThanOrEqual(width + rounding);
      }
  });
});

test("nobody plays in a region beyond the latency limit, except in the best that there is", () => {
  eachProposal(({ proposal, all, rules }) => {
    for (const each of all) {
      const known = Object.values(each.latencyMs);
      if (known.length === 0) continue;
      const limitMs = Math.max(latencyLimitMs(rules, waitedMs(each)), Math.min(...known));
      expect(each.latencyMs[proposal.region]).toBeLessThanOrEqual(limitMs);
    }
  });
});

test("everybody gets the mode and each a role that they asked for", () => {
  eachProposal(({ proposal, sides, all, rules }) => {
    for (const { mode } of all) if (mode !== undefined) expect(mode).toBe(proposal.mode);
    expect(proposal.mode !== undefined).toBe(rules.modes !== undefined);
    for (const [at, side] of sides.entries()) {
      if (!rules.roles) continue;
      const players = side.flatMap((each) => each.players);
      for (const { userId, roles } of players)
        if (roles) expect(roles).toContain(proposal.roles![at]![userId]);
      expect(rolesOf(players, rules.roles)).toBeDefined();
    }
  });
});

test("a match is as even as its longest waiting demands, unless that one starves or may have bots", () => {
  eachProposal(({ proposal, all, rules }) => {
    const longestMs = Math.max(...all.map(waitedMs));
    const botsDue = longestMs >= (rules.botsAfterSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    if (botsDue || all.some(starves(rules))) return;
    const opponents = rules.teams === 1 ? rules.teamSize : rules.teams;
    const limit = unfairnessLimit(rules, longestMs);
    expect(proposal.quality.winProbability - 1 / opponents).toBeLessThanOrEqual(limit + rounding);
  });
});

test("the same scan gives the same answer, in whatever order it is given", () => {
  fc.assert(
    fc.property(someScan, fc.infiniteStream(fc.nat()), ({ rules, tickets, openSeats }, keys) => {
      const shuffled = tickets
        .map((each) => ({ each, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      const reversed = [...openSeats].reverse();
      expect(proposals({ tickets: shuffled, openSeats: reversed, rules, nowMs })).toEqual(
        proposals({ tickets, openSeats, rules, nowMs }),
      );
    }),
    runs,
  );
});

test("tickets of other queues are left alone", () => {
  const tickets = Array.from({ length: 8 }, (_, at) => ({ ...ticket(`t${at}`), queue: "other" }));
  expect(proposals({ tickets, openSeats: [], rules: rulesOf(), nowMs }).proposals).toEqual([]);
});
