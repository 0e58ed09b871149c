/**
 * Whether a match has nothing to do until somebody comes: everybody is away, and nothing waits. It decides, and lets nothing
 * sleep itself.
 */
import type { Match } from "./match.ts";
import { isByEvents } from "./match-time.ts";

/** A match that may sleep, and until when at the latest. */
export interface Rest {
  /** On the match clock; Infinity: until somebody comes. */
  readonly until: number;
}

/** @returns undefined while the match has something to do, or may not sleep at all */
export function restOf(
  match: Pick<Match, "game" | "outcome" | "state" | "isBusy" | "dueAt" | "pendingAsks">,
): Rest | undefined {
  const { game, outcome, state, isBusy, dueAt, pendingAsks } = match;
  if (game.whenEmpty !== "sleep" || outcome !== undefined || isBusy || pendingAsks > 0) return undefined;
  if (state.seats.some(({ droppedAt }) => droppedAt === undefined)) return undefined;
  // The clock of a game with ticks would stand still, so what it waits for would never come.
  if (!isByEvents(game) && dueAt !== Number.POSITIVE_INFINITY) return undefined;
  return { until: dueAt };
}
