/**
 * Returns to the match that this tab was in before it was reloaded: by the token of the last connection, or, when that
 * is refused, by the player's session. A server that is just restarting may refuse the first and accept the second.
 * What the tab has stored is deleted only after an answer. A copied tab has a copy of what the first one stored, and is another
 * player: it takes no seat.
 */
import { ApiError, mayPass } from "../shared/client/api.ts";
import { codeInWords, inWords } from "./errors-in-words.ts";
import type { StoredValue } from "./kept.ts";
import type { KeptOrigin, MatchKept } from "./kept-match.ts";

export interface ResumeParts<Match> {
  readonly kept: StoredValue<MatchKept>;
  /** The player that this tab holds. */
  readonly userId: string | undefined;
  readonly byToken: (token: string, origin: KeptOrigin) => Promise<Match>;
  readonly byMatchId: (matchId: string, origin: KeptOrigin) => Promise<Match>;
}

export type Resumed<Match> =
  | { readonly kind: "nothing" }
  | { readonly kind: "back"; readonly match: Match }
  | { readonly kind: "lost"; readonly message: string };

export async function resumedMatch<Match>({
  kept,
  userId: holds,
  byToken,
  byMatchId,
}: ResumeParts<Match>): Promise<Resumed<Match>> {
  const was = kept.get();
  if (was === undefined) return { kind: "nothing" };
  const { token, matchId, userId, ...origin } = was;
  if (userId !== undefined && userId !== holds) {
    kept.clear();
    return { kind: "nothing" };
  }
  try {
    return { kind: "back", match: await byToken(token, origin) };
  } catch {
    // A used token, a server that has just started, a match that moves: the next request tells which.
  }
  try {
    return { kind: "back", match: await byMatchId(matchId, origin) };
  } catch (error) {
    const isFinal = error instanceof ApiError && !mayPass(error);
    if (isFinal) kept.clear();
    const more = isFinal ? "" : " Reload the page to get back to your match.";
    return { kind: "lost", message: `${whyLost(error)}${more}` };
  }
}

function whyLost(error: unknown): string {
  const isBooked = error instanceof ApiError && error.code === "match/booked";
  return isBooked ? codeInWords("seat/gone") : inWords(error);
}
