/** The match that this tab is in, kept so that a reloaded page takes its seat again, and knows what it was about. */
import { hasTexts, kept, type StoredValue } from "./kept.ts";
import type { RatingBefore } from "./rating/standing.ts";

export interface KeptOrigin {
  readonly spectate: boolean;
  /** Of a queue; undefined: a match that anybody may join, and that no rating counts. */
  readonly rated?: {
    readonly queue: string;
    /** Undefined when it could not be read. */
    readonly before?: RatingBefore;
  };
}

export interface MatchKept extends KeptOrigin {
  /** With it the seat is taken again. Changes at every connection. */
  readonly token: string;
  readonly matchId: string;
}

export const keptMatch: StoredValue<MatchKept> = kept(
  sessionStorage,
  "holdfast-match",
  (value): value is MatchKept => hasTexts(value, ["token", "matchId"]),
);
