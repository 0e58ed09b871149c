/** Ratings as the rest relies on them: a winner goes up, what is known grows, and places mean what they say. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chanceToBeat } from "../../server/matchmaking/engine/fairness.ts";
import {
  leaderboardScore,
  newRating,
  type RankedTeam,
  type Rating,
  rated,
} from "../../server/ratings/rating.ts";

const player = newRating();

/** After a match in which each plays alone, the first named first. */
function afterPlaces(...players: readonly Rating[]): Rating[] {
  return rated(players.map((each, at) => ({ rank: at + 1, players: [each] }))).map(([only]) => only!);
}

const anyRating = fc.record({
  mu: fc.double({ min: -50, max: 100, noNaN: true }),
  sigma: fc.double({ min: 0.01, max: 25, noNaN: true }),
});
const anyTeam = fc.record({
  rank: fc.integer({ min: 1, max: 4 }),
  players: fc.array(anyRating, { minLength: 1, maxLength: 4 }),
});
const anyTeams = fc.array(anyTeam, { minLength: 2, maxLength: 16 });

test("the winner's mean rises, the loser's falls, and both are better known", () => {
  const [winner, loser] = afterPlaces(player, player) as [Rating, Rating];
  expect(winner.mu).toBeGreaterThan(player.mu);
  expect(loser.mu).toBeLessThan(player.mu);
  expect(winner.sigma).toBeLessThan(player.sigma);
});

test("a team is rated player by player, the one that is less known moves more", () => {
  const known = { mu: 25, sigma: 2 };
  const [team] = rated([
    { rank: 1, players: [player, known] },
    { rank: 2, players: [player, player] },
  ]);
  expect(team![0]!.mu - player.mu).toBeGreaterThan(team![1]!.mu - known.mu);
});

test("a leaderboard counts what is certain: a new player starts at the bottom", () => {
  expect(leaderboardScore(player)).toBeCloseTo(0, 6);
  expect(leaderboardScore({ mu: 28, sigma: 1 })).toBeGreaterThan(leaderboardScore({ mu: 32, sigma: 4 }));
});

test("any match leaves finite ratings, and nobody is less known than the forgetting of one match allows", () => {
  fc.assert(
    fc.property(anyTeams, (teams) => {
      for (const [at, team] of rated(teams).entries())
        for (const [place, { mu, sigma }] of team.entries()) {
          const before = teams[at]!.players[place]!;
          expect(Number.isFinite(mu)).toBe(true);
          expect(sigma).toBeGreaterThan(0);
          expect(sigma).toBeLessThanOrEqual(Math.hypot(before.sigma, 25 / 300) + 1e-9);
        }
    }),
  );
});

describe("a win", () => {
  test("[P8.12] never lowers the winner's score, however certain it was", () => {
    const [strong] = afterPlaces({ mu: 40, sigma: 1.2 }, { mu: 12, sigma: 5 }) as [Rating, Rating];
    expect(leaderboardScore(strong)).toBeGreaterThanOrEqual(36.4);
    fc.assert(
      fc.property(anyTeams, (teams) => {
        const first: RankedTeam = teams[0]!;
        const behind = teams.slice(1).map((team) => ({ ...team, rank: team.rank + 1 }));
        const [after] = rated([{ ...first, rank: 1 }, ...behind]);
        for (const [at, rating] of after!.entries()) {
          const before = leaderboardScore(first.players[at]!);
          expect(leaderboardScore(rating)).toBeGreaterThanOrEqual(before - 1e-9);
        }
      }),
    );
  });
});

describe("places", () => {
  test("[P8.13] count, and not the order in which the teams are given", () => {
    fc.assert(
      fc.property(anyTeams, (teams) => {
        const reversed = rated([...teams].reverse()).reverse();
        for (const [at, team] of rated(teams).entries())
          for (const [place, { mu, sigma }] of team.entries()) {
            expect(mu).toBeCloseTo(reversed[at]![place]!.mu, 5);
            expect(sigma).toBeCloseTo(reversed[at]![place]!.sigma, 5);
          }
      }),
    );
  });

  test("[P8.13] that are shared are rated alike", () => {
    const [second, first, alsoSecond] = rated([
      { rank: 3, players: [player] },
      { rank: 1, players: [player] },
      { rank: 3, players: [player] },
    ]).map(([only]) => only!) as [Rating, Rating, Rating];
    expect(first.mu).toBeGreaterThan(second.mu);
    expect(second.mu).toBeCloseTo(alsoSecond.mu, 12);
    const drawn = rated(Array.from({ length: 3 }, () => ({ rank: 1, players: [player] })));
    for (const [{ mu }] of drawn as [Rating][]) expect(mu).toBeCloseTo(player.mu, 9);
  });

  test("[P8.13] of a free-for-all take from the last as much as they give to the first", () => {
    for (const count of [2, 4, 8, 16]) {
      const after = afterPlaces(...Array.from({ length: count }, () => player));
      const gained = after.map(({ mu }) => mu - player.mu);
      expect(gained.at(-1)).toBeCloseTo(-gained[0]!, 6);
      expect([...gained].sort((a, b) => b - a)).toEqual(gained);
    }
  });
});

test("[P8.11] a chance of nearly one is nearly certain, an even one is even", () => {
  expect(chanceToBeat({ mu: 25, variance: 4 }, { mu: 25, variance: 60 })).toBeCloseTo(0.5, 6);
  expect(chanceToBeat({ mu: 60, variance: 1 }, { mu: 10, variance: 1 })).toBeGreaterThan(0.999);
});
