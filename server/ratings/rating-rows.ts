/**
 * Ratings as rows of their queue's part. Keys:
 *
 *   rating:<user id>     JSON of PlayerRating; on the part's leaderboard by its leaderboard score
 * outcome:<match id>   the outcome was applied; kept for outcomeKeptMs
 */

import type { MatchmakingStore, Row } from "../rows/store.ts";
import type { Rating } from "./rating.ts";

/** The same outcome after this time would count again; its match's journal is gone long before. */
export const outcomeKeptMs = 30 * 24 * 3_600_000;

/** Where ratings are stored, and which queues have them. */
export interface RatingsContext {
  readonly store: MatchmakingStore;
  readonly queues: { has(queue: string): boolean; keys(): Iterable<string> };
}

export interface PlayerRating extends Rating {
  /** The name in the last match that counted. */
  readonly name?: string;
  readonly matches: number;
  /** Unix ms of the last match that counted. */
  readonly ratedAtMs: number;
}

/** The part of a queue: its ratings, and matchmaking's tickets and lease, so that one commit can write them all. */
export const queuePart = (queue: string) => `q:${queue}`;

export const ratingKey = (userId: string) => `rating:${userId}`;
export const outcomeKey = (matchId: string) => `outcome:${matchId}`;

export const userOfRatingKey = (key: string) => key.slice("rating:".length);

export function playerRating(row: Row | undefined): PlayerRating | undefined {
  return row && (JSON.parse(row.value) as PlayerRating);
}
