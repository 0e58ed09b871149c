/** Ratings as the rest relies on them: a winner goes up, what is known grows, and all of it is what OpenSkill calculates. */
import fc from "fast-check";
import { ordinal, rate } from "openskill";
import { expect, test } from "vitest";
import { beta, leaderboardScore, newRating, rated } from "../../server/ratings/rating.ts";

const player = newRating();

test("the winner's mean rises, the loser's falls, and both are better known", () => {
  const [[winner], [loser]] = rated([
    { rank: 1, players: [player] },
    { rank: 2, players: [player] },
  ]) as [[typeof player], [typeof player]];
  expect(winner.mu).toBeGreaterThan(player.mu);
  expect(loser.mu).toBeLessThan(player.mu);
  expect(winner.sigma).toBeLessThan(player.sigma);
});

test("ranks count, not the order of the teams, and equal ranks are a draw", () => {
  const [[first], [second], [third]] = rated([
    { rank: 3, players: [player] },
    { rank: 1, players: [player] },
    { rank: 3, players: [player] },
  ]) as [[typeof player], [typeof player], [typeof player]];
  expect(second.mu).toBeGreaterThan(first.mu);
  expect(first).toEqual(third);
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

const anyRating = fc.record({
  mu: fc.double({ min: -50, max: 100, noNaN: true }),
  sigma: fc.double({ min: 0.01, max: 25, noNaN: true }),
});
const anyTeam = fc.record({
  rank: fc.integer({ min: 1, max: 4 }),
  players: fc.array(anyRating, { minLength: 1, maxLength: 4 }),
});

test("ratings and scores are those of OpenSkill, for any teams, ranks and draws", () => {
  fc.assert(
    fc.property(fc.array(anyTeam, { minLength: 2, maxLength: 8 }), (teams) => {
      const players = teams.map((team) => team.players.map((each) => ({ ...each })));
      const theirs = rate(players, {
        ...{ mu: 25, sigma: 25 / 3, beta, tau: 25 / 300 },
        rank: teams.map(({ rank }) => rank),
      });
      for (const [at, team] of rated(teams).entries())
        for (const [player, ours] of team.entries()) {
          const { mu, sigma } = theirs[at]![player]!;
          expect(ours.mu).toBeCloseTo(mu, 9);
          expect(ours.sigma).toBeCloseTo(sigma, 9);
          expect(leaderboardScore(ours)).toBeCloseTo(ordinal(theirs[at]![player]!), 9);
        }
    }),
  );
});
