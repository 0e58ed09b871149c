/** Which game a program of this folder plays: `--games FILE`, as for a server, and `--game NAME` of those in it. */
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
} as const satisfies FlagTable;

/** @throws Error naming what there is; StoreError when the module cannot be used */
export async function gameOf(flags: { games: string; game: string | undefined }): Promise<AnyGame> {
  const games = await loadGames(flags.games);
  const { game: name = games[0]!.name } = flags;
  const game = games.find((each) => each.name === name);
  if (game !== undefined) return game;
  throw new Error(`--game ${name}: there is ${games.map((each) => each.name).join(", ")}`);
}
