/** The match that this tab is in, kept so that a reloaded page can take its seat again. */
import { hasTexts, kept, type StoredValue } from "./kept.ts";
import type { RatingBefore } from "./rating/standing.ts";

export interface KeptOrigin {
  /** Missing in what an earlier page kept: the arena. */
  readonly game?: string;
  readonly spectate: boolean;
  /** Set for a match of a queue; undefined for a match that anybody may join and that is not rated. */
  readonly rated?: {
    readonly queue: string;
    /** Undefined when it could not be read. */
    readonly before?: RatingBefore;
  };
}

export interface MatchKept extends KeptOrigin {
  /** The token that leads back to the seat. It changes at every connection. */
  readonly token: string;
  readonly matchId: string;
  /** Whose seat it is. Missing in what an earlier page kept. */
  readonly userId?: string;
}

export const keptMatch: StoredValue<MatchKept> = kept(
  sessionStorage,
  "holdfast-match",
  (value): value is MatchKept => hasTexts(value, ["token", "matchId"]),
);
