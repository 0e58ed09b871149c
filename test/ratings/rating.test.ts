/** Ratings as the rest relies on them: who wins goes up, and what is known grows. */
import { expect, test } from "vitest";
import { leaderboardScore, newRating, rated } from "../../server/ratings/rating.ts";

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
