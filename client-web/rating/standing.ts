/** Where a player stands in a queue: rating, place, and who is best. Asked without a session. */
import type { ApiAccess } from "../../shared/client/api.ts";
import { fetchLeaderboard, fetchRatings } from "../../shared/client/ratings.ts";
import type { LeaderboardPage, RatingInfo } from "../../shared/wire/ratings.ts";

/** As many as the server gives at once: who is not among them has no place here. */
const placesMax = 100;

export interface Standing {
  /** Undefined before the first match of the queue has ended. */
  readonly rating: RatingInfo | undefined;
  readonly place: number | undefined;
  readonly best: LeaderboardPage["players"];
}

/** What of a rating is shown before and after a match. */
export type RatingBefore = Pick<RatingInfo, "mu" | "matches">;

/** As the server rates a stranger. */
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

/** The rating once a match more is in it; undefined when it takes too long. `ask` may throw: it is asked again. */
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
