/**
 * The games that a server runs: the built-in ones, or those of a module that `--games` names, whose export `games` is
 * a list of games. A new built-in game is one import and one word here.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { setFingerprint } from "../shared/game/fingerprint.ts";
import type { AnyGame } from "../shared/game/game.ts";
import { gameProblem, withPatchRate } from "../shared/game/game-problem.ts";
import { arena } from "../shared/games/arena/game.ts";
import { rulesFingerprint } from "./rules-files.ts";
import { StoreError } from "./store-error.ts";

export const builtInGames: readonly AnyGame[] = [arena];
/** In the built package; there, what is read as source here is something else. */
const builtFingerprints = new URL("../shared/games/fingerprints.json", import.meta.url);

/**
 * @param given games that a program has in hand; they go before the setting
 * @throws StoreError `game/invalid` naming the file and what is wrong with it
 */
export async function loadGames(setting: string, given?: readonly AnyGame[]): Promise<readonly AnyGame[]> {
  if (given !== undefined)
    return checkedGames(given, (why) => new StoreError("game/invalid", `games: ${why}`));
  if (setting === "built-in") {
    const known = builtInFingerprints();
    for (const game of builtInGames) setFingerprint(game, known[game.name]);
    return checkedGames(builtInGames, (why) => new StoreError("game/invalid", `built-in games: ${why}`));
  }
  const path = resolve(setting);
  const refuse = (why: string, cause?: unknown) =>
    new StoreError("game/invalid", `--games ${setting}: ${why}`, { cause });
  const module = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw refuse(`${path} cannot be loaded: ${(error as Error)?.message ?? error}`, error);
  });
  const games = checkedGames(module.games, refuse);
  const fingerprint = rulesFingerprint(pathToFileURL(path).href);
  for (const game of games) setFingerprint(game, fingerprint);
  return games;
}

/** By name of the game. */
export function builtInFingerprints(): Readonly<Record<string, string | undefined>> {
  if (existsSync(builtFingerprints)) return JSON.parse(readFileSync(builtFingerprints, "utf8"));
  const entry = (name: string) => new URL(`../shared/games/${name}/game.ts`, import.meta.url).href;
  return Object.fromEntries(builtInGames.map(({ name }) => [name, rulesFingerprint(entry(name))]));
}

/** @throws what `refuse` makes of the reason */
export function checkedGames(games: unknown, refuse: (why: string) => StoreError): readonly AnyGame[] {
  if (!Array.isArray(games) || games.length === 0) throw refuse("it must export a list `games` of games");
  for (const game of games) {
    const problem = gameProblem(game);
    if (problem !== undefined) throw refuse(problem);
  }
  const names = games.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw refuse(`two games are named "${twice}"`);
  return games.every((game) => withPatchRate(game) === game) ? games : games.map(withPatchRate);
}
