/**
 * The longest waiting is never passed over for ever. Rounds of one second, new tickets in each; a ticket that
 * was proposed leaves.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { proposals } from "../../../server/matchmaking/engine/proposals.ts";
import type { WaitingTicket } from "../../../server/matchmaking/engine/ticket.ts";
import type { QueueRules } from "../../../server/matchmaking/queues.ts";
import { nowMs, rulesOf, ticket } from "./waiting.ts";

/** @returns the round in which the ticket was proposed; undefined: in none */
function roundOf(
  id: string,
  first: WaitingTicket[],
  rules: QueueRules,
  { rounds, arrivals }: { rounds: number; arrivals: (round: number) => WaitingTicket[] },
): number | undefined {
  let waiting = first;
  for (let round = 0; round < rounds; round++) {
    const atMs = nowMs + round * 1000;
    waiting = [...waiting, ...arrivals(round).map((each) => ({ ...each, createdAtMs: atMs }))];
    const made = proposals({ tickets: waiting, openSeats: [], rules, nowMs: atMs });
    const placed = new Set(made.proposals.flatMap(({ teams }) => teams.flat()));
    if (placed.has(id)) return round;
    waiting = waiting.filter((each) => !placed.has(each.id));
  }
  return undefined;
}

const crowd = (round: number, mu: readonly number[]) =>
  mu.map((each, at) => ticket(`r${round}.${at}`, { mu: [each] }));

test("one whom younger ones would always leave out gets a match once it starves", () => {
  const outlier = ticket("outlier", { mu: [31] });
  const story = { rounds: 100, arrivals: (round: number) => crowd(round, [25, 25, 25.5, 25.5]) };
  const round = roundOf("outlier", [outlier], rulesOf(), story);
  expect(round).toBe(60);
  expect(roundOf("outlier", [outlier], rulesOf({ starvationSeconds: 1000 }), story)).toBeUndefined();
});

test("players that a starving ticket needs are kept for it, not given to younger ones", () => {
  const rules = rulesOf({ teams: 1, teamSize: 4, starvationSeconds: 60 });
  // Four at once would play each other every third round; the starving one can use two of each three.
  const arrivals = (round: number) => crowd(round, round % 2 === 0 ? [29, 33] : [21.5, 33]);
  const starving = ticket("starving", { mu: [25], waitedSeconds: 100 });
  expect(roundOf("starving", [starving], rules, { rounds: 10, arrivals })).toBeLessThanOrEqual(2);

  const pair = [ticket("a", { mu: [26] }), ticket("b", { mu: [26] })];
  const duelOfTwo = rulesOf({ teams: 1, teamSize: 2 });
  const free = proposals({ tickets: pair, openSeats: [], rules: duelOfTwo, nowMs });
  expect(free.proposals).toHaveLength(1);
});

test("[P8] the oldest who starves plays in the first round in which enough that it accepts are there", () => {
  const waiting = fc.record({
    seats: fc.integer({ min: 2, max: 6 }),
    mu: fc.integer({ min: 20, max: 30 }),
    // In quarters of a mu, so that the sums below are exact.
    rounds: fc.array(fc.array(fc.integer({ min: 60, max: 140 }), { maxLength: 4 }), {
      minLength: 15,
      maxLength: 15,
    }),
  });
  let matched = 0;
  fc.assert(
    fc.property(waiting, ({ seats, mu, rounds }) => {
      const rules = rulesOf({ teams: seats, teamSize: 1 });
      const reach = rules.ratingWindow.max;
      // Within half of the window of the oldest, so that they all accept each other too.
      const accepted = (each: WaitingTicket) => Math.abs(each.players[0]!.rating.mu - mu) <= reach / 2;
      const oldest = ticket("oldest", { mu: [mu], waitedSeconds: 200 });
      let arrived = 0;
      let due: number | undefined;
      const arrivals = (round: number) => {
        const come = crowd(
          round,
          rounds[round]!.map((quarters) => quarters / 4),
        ).filter(accepted);
        arrived += come.length;
        if (arrived >= seats - 1) due ??= round;
        return come;
      };
      const round = roundOf("oldest", [oldest], rules, { rounds: 15, arrivals });
      if (round !== undefined) matched += 1;
      expect(round).toBe(due);
    }),
    { numRuns: 300 },
  );
  expect(matched).toBeGreaterThan(100);
});
