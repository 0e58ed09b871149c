/**
 * The game that a benchmark plays, as `--games`, `--game` and `--options` say, with matches that outlast a measurement; and
 * what is counted in it. In a game with ticks that is patches. A game by events has no steady ones: there it is commands
 * that were answered. It measures nothing.
 */
import { arena } from "../../shared/games/arena/game.ts";
import { type GameArguments, type PlayedGame, playedGame } from "../which-game.ts";
import type { Goal } from "./result.ts";

/** A long match with goals out of reach, so that none ends during a measurement. */
export const endlessArena = { durationSeconds: 3600, scoreLimit: 1000 };
/** Clients of one match, where the game has room for so many. */
const seatsUsual = 8;

export interface BenchGame extends PlayedGame {
  /** The same, for a process of its own. */
  readonly asked: GameArguments;
  /** Clients in each match. */
  readonly seats: number;
  readonly counted: "patch" | "answered command";
  /** The server's flag that makes it run the game. */
  readonly flags: readonly string[];
}

/** @throws Error in words, as `playedGame` */
export async function benchGame(flags: GameArguments): Promise<BenchGame> {
  const { game, options: given } = await playedGame(flags);
  const options = game === arena ? { ...endlessArena, ...given } : given;
  return {
    ...{ game, options, flags: ["--games", flags.games] },
    asked: { games: flags.games, game: game.name, options: JSON.stringify(options) },
    seats: Math.min(seatsUsual, game.seats.max),
    counted: game.rate === "events" ? "answered command" : "patch",
  };
}

/** The goals are those of the arena. */
export function goalIn({ game }: PlayedGame, goal: Goal): Goal | undefined {
  return game === arena ? goal : undefined;
}
