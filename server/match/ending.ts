/**
 * When a match ends although its game goes on: nobody is in it any more, or all opponents have left a match that a
 * queue made. Like the end of a seat's grace it is decided in ticks and journaled as an event, so that a restore and
 * a replay end at the same tick. What the game itself says of its end comes first.
 */
import type { Outcome, Seat } from "../../shared/game/game.ts";
import type { EndedBecause } from "./record.ts";
import type { MatchState, SeatState } from "./state.ts";

export interface EndingLimits {
  /** A match without players ends after so many ticks; Infinity: never. */
  readonly emptyTicksMax: number;
  /** A queue's match whose players have no opponents any more ends after so many ticks; Infinity: never. */
  readonly aloneTicksMax: number;
  /** Seats of one side, of a match that a queue made. */
  readonly teamSize?: number;
}

/** Why the next tick is the match's last; undefined when it is not. */
export function dueEnd(state: MatchState, limits: EndingLimits): EndedBecause | undefined {
  const sinceTicks = state.tick - (state.lastLeftTick ?? 0);
  if (!state.seats.some(isPlayer)) return sinceTicks >= limits.emptyTicksMax ? "empty" : undefined;
  const { teamSize } = limits;
  const { departed = [] } = state;
  if (teamSize === undefined || departed.length === 0 || sinceTicks < limits.aloneTicksMax) return undefined;
  const sidesOf = (seats: readonly Pick<SeatState, "seat">[]) =>
    seats.flatMap(({ seat }) => (seat === "spectator" ? [] : [Math.floor(seat / teamSize)]));
  const present = new Set(sidesOf(state.seats));
  const ever = new Set([...present, ...sidesOf(departed)]);
  return present.size === 1 && ever.size > 1 ? "opponents-left" : undefined;
}

/** Whoever is there shares the first place; of those who left, whoever counts the outcome knows. */
export function outcomeWhenEnded({ seats, ended }: MatchState): Outcome | undefined {
  if (ended === undefined) return undefined;
  const players = seats.filter(isPlayer);
  return {
    ranking: players.length === 0 ? [] : [players.map(({ seat }) => seat)],
    players: players.map(({ seat, name }) => ({ seat, name, numbers: {} })),
    reason: ended,
  };
}

function isPlayer(place: SeatState): place is SeatState & { readonly seat: Seat } {
  return place.seat !== "spectator";
}
