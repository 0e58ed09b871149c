/**
 * A match that is played at random, from a seed: players join, leave, break off and come back, and send whatever their
 * inputs may hold. What it finds is found again with the same seed. Commands are the game's own, so it is told them.
 */
import { nextBelow, nextUint32, type RandomState } from "../shared/game/deterministic/random.ts";
import type { AnyGame, InputField, Plain, Seat } from "../shared/game/game.ts";
import { Play, type PlayedInput, type PlayOptions } from "./play.ts";

export interface RandomPlayOptions extends PlayOptions {
  /** At most: the match may end before. Default 300. */
  readonly ticks?: number;
  /** What a handler might answer to an ask now; undefined: nothing yet. Left out: it never answers. */
  readonly answer?: (
    ask: { readonly name: string; readonly payload: Plain },
    below: (limit: number) => number,
  ) => unknown;
  /** A command that a player might give now: its name and payload; undefined for none. `below(n)` is 0 to n - 1. */
  readonly command?: (below: (limit: number) => number, seat: Seat) => readonly [string, unknown] | undefined;
}

/** In a hundred ticks. */
const comesAndGoes = 6;
const rangeMax = 1 << 20;
/** What passes between two steps of a game by events. */
const shortMsMax = 2000;
const longMsMax = 600_000;
const names = ["Ada", "Ben", "", "🂡"];

/** @returns the match as it stands at its end; `verify` it. @throws Error as `Play.tick` does */
export function playAtRandom<G extends AnyGame>(
  game: G,
  { ticks = 300, command, answer, ...options }: RandomPlayOptions = {},
): Play<G> {
  const random: RandomState = { random: options.seed ?? 1 };
  const below = (limit: number) => nextBelow(random, limit);
  const match = new Play(game, options);
  const away = new Set<Seat>();
  for (let tick = 0; tick < ticks && match.outcome === undefined; tick++) {
    if (match.seats.length < game.seats.min || below(100) < comesAndGoes) comeOrGo(match, away, below, game);
    for (const seat of match.seats) {
      if (away.has(seat)) continue;
      for (let inputs = below(3); inputs > 0; inputs--) match.input(seat, inputAtRandom(game, random));
      const given = command?.(below, seat);
      if (given !== undefined) match.command(seat, ...given);
    }
    for (const ask of match.asks) {
      const given = answer?.(ask, below);
      if (given !== undefined) match.answer(ask.id, given);
    }
    match.tick();
    // Mostly as between two moves, sometimes as between two days.
    if (game.rate === "events") match.pass(below(below(20) === 0 ? longMsMax : shortMsMax));
  }
  return match;
}

function comeOrGo(
  match: Play<AnyGame>,
  away: Set<Seat>,
  below: (limit: number) => number,
  { seats }: AnyGame,
): void {
  const taken = match.seats;
  const isFree = taken.length < seats.max;
  if (taken.length === 0 || (isFree && below(2) === 0)) {
    match.join(names[below(names.length)]);
    return;
  }
  const seat = taken[below(taken.length)]!;
  if (away.delete(seat)) match.comeBack(seat);
  else if (below(2) === 0) match.leave(seat);
  else {
    away.add(seat);
    match.drop(seat);
  }
}

/** Every value of a field's range; its ends more often than the rest. */
function inputAtRandom({ input }: AnyGame, random: RandomState): PlayedInput {
  const fields = Object.entries(input as Record<string, InputField>).filter(([field]) => field !== "seq");
  return Object.fromEntries(
    fields.map(([field, { min, max }]) => {
      const kind = nextBelow(random, 4);
      const span = max - min + 1;
      const between = span > rangeMax ? min + (nextUint32(random) % span) : min + nextBelow(random, span);
      return [field, kind === 0 ? min : kind === 1 ? max : between];
    }),
  );
}
