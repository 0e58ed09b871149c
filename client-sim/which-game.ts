/**
 * Which game a program of this folder plays: `--games FILE`, as for a server, `--game NAME` of those in it, and `--options`
 * of the matches that it makes. It does not decide what an option means.
 */
import { loadGames } from "../server/games.ts";
import type { FlagTable } from "../shared/command-line/flag.ts";
import type { AnyGame } from "../shared/game/game.ts";

export const gameFlags = {
  games: {
    type: "text",
    default: "built-in",
    help: "a module whose export `games` has the game, as the server's flag; left out: the built-in ones",
  },
  game: { type: "text", default: undefined, help: "which of them to play; left out: the first" },
  options: { type: "text", default: "{}", help: "options of new matches, as JSON" },
} as const satisfies FlagTable;

/** The flags again, for a program that this one starts. */
export interface GameArguments {
  readonly games: string;
  readonly game: string | undefined;
  readonly options: string;
}

/** Whether any of the flags says something. */
export function isGiven({ games, game, options }: GameArguments): boolean {
  return games !== gameFlags.games.default || game !== undefined || options !== gameFlags.options.default;
}

export interface PlayedGame {
  readonly game: AnyGame;
  /** As they were given: the server fills in the rest. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** @throws Error in words, when there is no such game or it refuses the options; StoreError for the module itself */
export async function playedGame(flags: GameArguments): Promise<PlayedGame> {
  const game = await gameOf(flags);
  const options = optionsOf(flags.options);
  const read = options === undefined ? undefined : game.options.safeParse(options);
  if (options === undefined || read === undefined) throw new Error("--options: an object in JSON");
  if (!read.success) throw new Error(`--options: ${game.name} refuses them: ${read.error.message}`);
  return { game, options };
}

function optionsOf(text: string): PlayedGame["options"] | undefined {
  try {
    const options: unknown = JSON.parse(text);
    const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
    return isObject ? (options as PlayedGame["options"]) : undefined;
  } catch {
    return undefined;
  }
}

async function gameOf(flags: Pick<GameArguments, "games" | "game">): Promise<AnyGame> {
  const games = await loadGames(flags.games);
  const { game: name = games[0]!.name } = flags;
  const game = games.find((each) => each.name === name);
  if (game !== undefined) return game;
  throw new Error(`--game ${name}: there is ${games.map((each) => each.name).join(", ")}`);
}
