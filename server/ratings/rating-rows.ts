/**
 * Ratings as rows of their queue's part. Keys:
 *
 *   rating:<user id>     JSON of PlayerRating; on the part's leaderboard by its leaderboard score
 *   outcome:<match id>   the outcome was applied; kept for outcomeKeptMs
 */

import type { MatchmakingStore, Row } from "../rows/store.ts";
import type { Rating } from "./rating.ts";

/** An outcome that comes again after this would count again; the journal of its match is gone long before. */
export const outcomeKeptMs = 30 * 24 * 3_600_000;

/** What ratings are kept in, and which queues have them. */
export interface RatingsContext {
  readonly store: MatchmakingStore;
  readonly queues: { has(queue: string): boolean; keys(): Iterable<string> };
}

export interface PlayerRating extends Rating {
  /** In the last match that counted. */
  readonly name?: string;
  readonly matches: number;
  /** Unix ms of the last match that counted. */
  readonly ratedAtMs: number;
}

/** The part of a queue: its ratings, and matchmaking's tickets and lease, so that one commit may hold them all. */
export const queuePart = (queue: string) => `q:${queue}`;

export const ratingKey = (userId: string) => `rating:${userId}`;
export const outcomeKey = (matchId: string) => `outcome:${matchId}`;

export const userOfRatingKey = (key: string) => key.slice("rating:".length);

export function playerRating(row: Row | undefined): PlayerRating | undefined {
  return row && (JSON.parse(row.value) as PlayerRating);
}
