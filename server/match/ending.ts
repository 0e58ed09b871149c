/**
 * Decides when a match ends although its game continues: nobody is in it any more, or all opponents have left a match
 * of a queue. Like the end of a seat's grace it is decided on the match clock (match-time.ts) and journaled as an event, so
 * that a restore and a replay end at the same tick. An end by the game itself takes precedence.
 */
import type { Outcome, Seat } from "../../shared/game/game.ts";
import { clockOf } from "./match-time.ts";
import type { EndedBecause } from "./record.ts";
import type { MatchState, SeatState } from "./state.ts";

export interface EndingLimits {
  /** A match without players ends after this many ticks of its clock; Infinity: never. */
  readonly emptyTicksMax: number;
  /** A queue's match whose players have no opponents any more ends after so many; Infinity: never. */
  readonly aloneTicksMax: number;
  /** Seats per side in a match that a queue created. */
  readonly teamSize?: number;
}

export interface ComingEnd {
  readonly why: EndedBecause;
  /** On the match clock; Infinity: never. */
  readonly at: number;
}

/**
 * Why the next tick is the match's last; undefined when it is not.
 * @param at what the match clock says; default: what it said at the newest tick
 */
export function dueEnd(
  state: MatchState,
  limits: EndingLimits,
  at = clockOf(state),
): EndedBecause | undefined {
  const coming = comingEnd(state, limits);
  return coming !== undefined && at >= coming.at ? coming.why : undefined;
}

/** The end that comes if nobody joins. */
export function comingEnd(state: MatchState, limits: EndingLimits): ComingEnd | undefined {
  const since = state.lastLeftTick ?? 0;
  if (!state.seats.some(isPlayer)) return { why: "empty", at: since + limits.emptyTicksMax };
  const { teamSize } = limits;
  const { departed = [] } = state;
  if (teamSize === undefined || departed.length === 0) return undefined;
  const sidesOf = (seats: readonly Pick<SeatState, "seat">[]) =>
    seats.flatMap(({ seat }) => (seat === "spectator" ? [] : [Math.floor(seat / teamSize)]));
  const present = new Set(sidesOf(state.seats));
  const ever = new Set([...present, ...sidesOf(departed)]);
  const isAlone = present.size === 1 && ever.size > 1;
  return isAlone ? { why: "opponents-left", at: since + limits.aloneTicksMax } : undefined;
}

/** Players who are present share the first place, unless nobody should have won. The code that counts the outcome knows who left. */
export function outcomeWhenEnded({ seats, ended }: MatchState): Outcome | undefined {
  if (ended === undefined) return undefined;
  const players = seats.filter(isPlayer);
  return {
    ranking: players.length === 0 || ended === "closed" ? [] : [players.map(({ seat }) => seat)],
    players: players.map(({ seat, name }) => ({ seat, name, numbers: {} })),
    reason: ended,
  };
}

/**
 * The outcome, with the players who gave up their seat before the end and did not come back. They are known in a match of a
 * queue, whose ratings need them too.
 */
export function withLeavers(outcome: Outcome, { seats, departed = [] }: MatchState): Outcome {
  const stayed = new Set(seats.filter(isPlayer).map(({ userId }) => userId));
  const left = new Map(
    departed.flatMap(({ userId, seat, name }) =>
      seat === "spectator" || stayed.has(userId) ? [] : [[userId, { seat, name }] as const],
    ),
  );
  return left.size === 0 ? outcome : { ...outcome, left: [...left.values()] };
}

function isPlayer(place: SeatState): place is SeatState & { readonly seat: Seat } {
  return place.seat !== "spectator";
}
