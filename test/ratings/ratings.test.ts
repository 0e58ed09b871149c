/** Outcomes become ratings once, however often and by however many they are told; the leaderboard shows the best. */
import { expect, test } from "vitest";
import { type MatchOutcome, recordOutcome } from "../../server/ratings/outcomes.ts";
import { newRating } from "../../server/ratings/rating.ts";
import { leaderboard, ratingsOf } from "../../server/ratings/ratings.ts";
import { queued, world } from "../matchmaking/world.ts";

const won = (matchId: string, winner: string, loser: string): MatchOutcome => ({
  matchId,
  queue: "duel",
  teams: [
    { rank: 2, userIds: [loser] },
    { rank: 1, userIds: [winner] },
  ],
});

test("[P8.7] an outcome that ten instances record at once counts once, and later ones are told so", async () => {
  const parts = world();
  const results = await Promise.all(
    Array.from({ length: 10 }, () => recordOutcome(parts, won("m1", "ann", "ben"))),
  );
  expect(results.filter((result) => result.ok && result.applied)).toHaveLength(1);
  expect(results.every(({ ok }) => ok)).toBe(true);
  const { duel } = await ratingsOf(parts, "ann");
  expect(duel).toMatchObject({ matches: 1 });
  expect(duel!.mu).toBeGreaterThan(newRating().mu);
  await recordOutcome(parts, won("m1", "ann", "ben"));
  expect((await ratingsOf(parts, "ann"))["duel"]).toEqual(duel);
});

test("[P8] matches of one player that end at the same moment all count", async () => {
  const parts = world();
  const ids = Array.from({ length: 8 }, (_, at) => `m${at}`);
  await Promise.all(ids.map((id) => recordOutcome(parts, won(id, "ann", `loser-${id}`))));
  expect((await ratingsOf(parts, "ann"))["duel"]).toMatchObject({ matches: 8 });
});

test("the leaderboard is in the order of its scores, in pages, and new ratings are what tickets carry", async () => {
  const parts = world();
  await recordOutcome(parts, won("m1", "ann", "ben"));
  await recordOutcome(parts, won("m2", "ann", "cat"));
  const page = await leaderboard(parts, { queue: "duel", from: 0, count: 10 });
  if (!page.ok) throw new Error(page.detail);
  const scores = page.players.map(({ score }) => score);
  expect(page.players[0]!.userId).toBe("ann");
  expect(page.players).toHaveLength(3);
  expect([...scores].sort((a, b) => b - a)).toEqual(scores);
  expect(await leaderboard(parts, { queue: "duel", from: 2, count: 10 })).toMatchObject({
    players: [page.players[2]],
  });
  const { mu, sigma } = page.players[0]!;
  expect((await queued(parts, "ann")).ticket.players[0]!.rating).toEqual({ mu, sigma });
});

test("bots count as opponents and get no rating; a match against nobody changes none", async () => {
  const parts = world();
  const teams = [
    { rank: 1, userIds: ["ann"] },
    { rank: 2, userIds: [], bots: 1 },
  ];
  await recordOutcome(parts, { matchId: "m1", queue: "duel", teams });
  expect((await ratingsOf(parts, "ann"))["duel"]).toMatchObject({ matches: 1 });
  const alone = [
    { rank: 1, userIds: ["ben"] },
    { rank: 2, userIds: [] },
  ];
  const unrated = { matchId: "m2", queue: "duel", teams: alone };
  const twice = await Promise.all([recordOutcome(parts, unrated), recordOutcome(parts, unrated)]);
  expect(twice.map((result) => result.ok && result.applied)).toEqual([true, false]);
  expect(await ratingsOf(parts, "ben")).toEqual({});
});

test.each([1, 5])(
  "[P8.12] a win over %i bots moves a rating less than half as much as one over as many players",
  async (others) => {
    const parts = world();
    const seats = Array.from({ length: others }, (_, at) => at);
    const gained = async (userId: string, rivals: MatchOutcome["teams"]) => {
      const teams = [{ rank: 1, userIds: [userId] }, ...rivals];
      await recordOutcome(parts, { matchId: `match of ${userId}`, queue: "duel", teams });
      return (await ratingsOf(parts, userId))["duel"]!.mu - newRating().mu;
    };
    const overBots = await gained(
      "ann",
      seats.map((at) => ({ rank: 2 + at, userIds: [], bots: 1 })),
    );
    const overPlayers = await gained(
      "ben",
      seats.map((at) => ({ rank: 2 + at, userIds: [`rival${at}`] })),
    );
    expect(overBots).toBeGreaterThan(0);
    expect(overBots).toBeLessThan(overPlayers / 2);
  },
);

test("[P7] an outcome that makes no sense is refused with its reason", async () => {
  const parts = world();
  expect(await recordOutcome(parts, won("m1", "ann", "ann"))).toMatchObject({ code: "outcome/invalid" });
  expect(await recordOutcome(parts, { ...won("m1", "ann", "ben"), queue: "chess" })).toMatchObject({
    code: "queue/unknown",
  });
});
