/**
 * The two clocks of a match, both a function of its state. Match time is what its game and its players are told, in
 * milliseconds. The match clock is what seats and limits are counted in: ticks, or milliseconds of match time in a game by
 * events, whose ticks come at any moment. No clock of a process is read here.
 */
import type { AnyGame } from "../../shared/game/game.ts";

/** The part of a match's state that says when it is. */
interface StateTime {
  readonly tick: number;
  readonly nowMs?: number;
}

export function isByEvents({ rate }: Pick<AnyGame, "rate">): boolean {
  return rate === "events";
}

/** How far the match clock goes in a second. */
export function clockPerSecond(game: Pick<AnyGame, "rate" | "tickRate">): number {
  return isByEvents(game) ? 1000 : game.tickRate;
}

/** What the match clock says at the state's tick. */
export function clockOf({ nowMs, tick }: StateTime): number {
  return nowMs ?? tick;
}

/** Match time at the state's tick, in whole milliseconds. */
export function matchTimeMs({ tickRate }: Pick<AnyGame, "tickRate">, state: StateTime): number {
  return state.nowMs ?? Math.round((state.tick * 1000) / tickRate);
}

/**
 * When a game by events wants a step although nothing arrives; Infinity: never.
 * @throws TypeError when the game says what is no time
 */
export function wakeAtOf(game: AnyGame, { world }: { readonly world: object }): number {
  const at = isByEvents(game) ? game.wakeAt?.(world) : undefined;
  if (at === undefined || at === null) return Number.POSITIVE_INFINITY;
  if (Number.isNaN(at) || typeof at !== "number")
    throw new TypeError(`\`wakeAt\` of the game ${game.name} is no time: ${at}`);
  return at;
}
