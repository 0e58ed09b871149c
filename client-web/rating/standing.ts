/** A player's standing in a queue: rating, place, and the leaderboard. It needs no session. */
import type { ApiAccess } from "../../shared/client/api.ts";
import { fetchLeaderboard, fetchRatings } from "../../shared/client/ratings.ts";
import type { LeaderboardPage, RatingInfo } from "../../shared/wire/ratings.ts";

/** As many places as the server returns at once; a player further down has no place here. */
const placesMax = 100;

export interface Standing {
  /** Undefined before the first match of the queue has ended. */
  readonly rating: RatingInfo | undefined;
  readonly place: number | undefined;
  readonly best: LeaderboardPage["players"];
}

/** The part of a rating that is shown before and after a match. */
export type RatingBefore = Pick<RatingInfo, "mu" | "matches">;

/** The rating of a new player. */
export const stranger: RatingBefore = { mu: 25, matches: 0 };

/** @throws ApiError */
export async function fetchStanding(
  access: ApiAccess,
  queue: string,
  userId: string | undefined,
): Promise<Standing> {
  const [rating, { players: best }] = await Promise.all([
    userId === undefined ? undefined : ratingIn(access, queue, userId),
    fetchLeaderboard(access, queue, { count: placesMax }),
  ]);
  return { rating, best, place: best.find((each) => each.userId === userId)?.place };
}

/** @throws ApiError */
export async function ratingIn(
  access: ApiAccess,
  queue: string,
  userId: string,
): Promise<RatingInfo | undefined> {
  return (await fetchRatings(access, userId)).ratings[queue];
}

/** The rating once it includes one more match; undefined when that takes too long. If `ask` throws, it is repeated. */
export async function ratingAfter(
  before: Pick<RatingInfo, "matches">,
  {
    ask,
    pause,
    triesMax,
  }: { ask: () => Promise<RatingInfo | undefined>; pause: () => Promise<void>; triesMax: number },
): Promise<RatingInfo | undefined> {
  for (let tries = 1; ; tries += 1) {
    const rating = await ask().catch(() => undefined);
    if (rating && rating.matches > before.matches) return rating;
    if (tries >= triesMax) return undefined;
    await pause();
  }
}
