/** The public part of ratings: a player's ratings in every queue, and the best players of one queue. */
import { leaderboardScore } from "./rating.ts";
import {
  type PlayerRating,
  playerRating,
  queuePart,
  type RatingsContext,
  ratingKey,
  userOfRatingKey,
} from "./rating-rows.ts";

/** Places that a leaderboard shows, over all its pages. */
const leaderboardPlacesMax = 10_000;
const leaderboardPageMax = 100;

export interface RatedPlayer extends PlayerRating {
  readonly userId: string;
  /** The leaderboard's sort key. */
  readonly score: number;
}

/** By queue; without queues in which the player has not finished a match. */
export async function ratingsOf(
  { store, queues }: RatingsContext,
  userId: string,
): Promise<Readonly<Record<string, RatedPlayer>>> {
  const found = await Promise.all(
    [...queues.keys()].map(async (queue) => {
      const [row] = await store.read(queuePart(queue), [ratingKey(userId)]);
      const rating = playerRating(row);
      return rating ? [[queue, { ...rating, userId, score: leaderboardScore(rating) }] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

export type LeaderboardResult =
  | { readonly ok: true; readonly players: readonly RatedPlayer[] }
  | { readonly ok: false; readonly code: "queue/unknown"; readonly detail: string };

/** @param page `from` 0 is the best */
export async function leaderboard(
  { store, queues }: RatingsContext,
  { queue, from, count }: { queue: string; from: number; count: number },
): Promise<LeaderboardResult> {
  if (!queues.has(queue)) return { ok: false, code: "queue/unknown", detail: `there is no queue "${queue}"` };
  const countMax = Math.min(count, leaderboardPageMax, leaderboardPlacesMax - from);
  if (countMax <= 0) return { ok: true, players: [] };
  const rows = await store.leaderboard(queuePart(queue), { from, count: countMax });
  const players = rows.map((row) => ({
    ...playerRating(row)!,
    userId: userOfRatingKey(row.key),
    score: row.score,
  }));
  return { ok: true, players };
}
