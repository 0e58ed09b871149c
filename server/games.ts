/**
 * The games that a server runs: the built-in ones, or those of a module that `--games` names, whose export `games`
 * is a list of them. A new built-in game is one import and one word here.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyGame } from "../shared/game.ts";
import { arena } from "../shared/games/arena/game.ts";

export const builtInGames: readonly AnyGame[] = [arena];

const parts = ["name", "version", "tickRate", "create", "step", "view", "commands", "options"] as const;

/** @throws Error naming what is wrong with the module */
export async function loadGames(setting: string): Promise<readonly AnyGame[]> {
  if (setting === "built-in") return builtInGames;
  const path = resolve(setting);
  const refuse = (why: string, cause?: unknown) => new Error(`--games ${setting}: ${why}`, { cause });
  const module = await import(pathToFileURL(path).href).catch((error: Error) => {
    throw refuse(`${path} cannot be loaded: ${error.message}`, error);
  });
  const games: unknown = module.games;
  if (!Array.isArray(games) || games.length === 0) throw refuse("it must export a list `games` of games");
  for (const game of games) {
    const missing = parts.find((part) => game?.[part] === undefined);
    if (missing !== undefined) throw refuse(`a game in it has no \`${missing}\``);
  }
  return games;
}
