/**
 * Decides when a match ends although its game continues: nobody is in it any more, or all opponents have left a match
 * of a queue. Like the end of a seat's grace it is decided in ticks and journaled as an event, so that a restore and
 * a replay end at the same tick. An end by the game itself takes precedence.
 */
import type { Outcome, Seat } from "../../shared/game/game.ts";
import type { EndedBecause } from "./record.ts";
import type { MatchState, SeatState } from "./state.ts";

export interface EndingLimits {
  /** A match without players ends after this many ticks; Infinity: never. */
  readonly emptyTicksMax: number;
  /** A queue's match whose players have no opponents any more ends after this many ticks; Infinity: never. */
  readonly aloneTicksMax: number;
  /** Seats per side in a match that a queue created. */
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

/** Players who are present share the first place. The code that counts the outcome knows who left. */
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
