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
import type { HandlersByGame } from "../shared/game/handlers.ts";
import { handlersProblem } from "../shared/game/handlers-problem.ts";
import { arena } from "../shared/games/arena/game.ts";
import { functionsFingerprint, rulesFingerprint } from "./rules-files.ts";
import { StoreError } from "./store-error.ts";

export const builtInGames: readonly AnyGame[] = [arena];
/** In the built package; there, what is read as source here is something else. */
const builtFingerprints = new URL("../shared/games/fingerprints.json", import.meta.url);

/** What a server runs. */
export interface Brought {
  readonly games: readonly AnyGame[];
  /** They carry out what the games ask. */
  readonly handlers: HandlersByGame;
}

/**
 * For a server, which also needs the handlers: the module's export `handlers`, if a game asks anything.
 * @param given what a program has in hand; it goes before the setting
 * @throws StoreError `game/invalid` naming the file and what is wrong with it
 */
export async function loadBrought(
  setting: string,
  given?: { readonly games: readonly AnyGame[]; readonly handlers?: HandlersByGame },
): Promise<Brought> {
  const { from, module, fingerprint } = await moduleOf(setting, given);
  const brought = checkedBrought(module, refusalOf(from));
  marked(brought.games, fingerprint);
  return brought;
}

/** For programs that run no match: they need no handlers. Otherwise like `loadBrought`. */
export async function loadGames(setting: string, given?: readonly AnyGame[]): Promise<readonly AnyGame[]> {
  const { from, module, fingerprint } = await moduleOf(setting, given && { games: given });
  return marked(checkedGames(module.games, refusalOf(from)), fingerprint);
}

interface GameModule {
  readonly games?: unknown;
  readonly handlers?: unknown;
}

interface Loaded {
  /** Where it comes from, in words. */
  readonly from: string;
  readonly module: GameModule;
  /** Says that of a game's rules. */
  readonly fingerprint: (game: AnyGame) => string | undefined;
}

async function moduleOf(setting: string, given: GameModule | undefined): Promise<Loaded> {
  if (given !== undefined) return { from: "games", module: given, fingerprint: functionsFingerprint };
  if (setting === "built-in") {
    const known = builtInFingerprints();
    return {
      from: "built-in games",
      module: { games: builtInGames },
      fingerprint: ({ name }) => known[name],
    };
  }
  const from = `--games ${setting}`;
  const path = resolve(setting);
  const { href } = pathToFileURL(path);
  const module = await import(href).catch((error: unknown) => {
    throw refusalOf(from)(`${path} cannot be loaded: ${(error as Error)?.message ?? error}`, error);
  });
  const found = rulesFingerprint(href);
  return { from, module, fingerprint: () => found };
}

function marked(games: readonly AnyGame[], fingerprint: Loaded["fingerprint"]): readonly AnyGame[] {
  for (const game of games) setFingerprint(game, fingerprint(game));
  return games;
}

/** By name of the game. */
export function builtInFingerprints(): Readonly<Record<string, string | undefined>> {
  if (existsSync(builtFingerprints)) return JSON.parse(readFileSync(builtFingerprints, "utf8"));
  const entry = (name: string) => new URL(`../shared/games/${name}/game.ts`, import.meta.url).href;
  return Object.fromEntries(builtInGames.map(({ name }) => [name, rulesFingerprint(entry(name))]));
}

const refusalOf = (from: string) => (why: string, cause?: unknown) =>
  new StoreError("game/invalid", `${from}: ${why}`, { cause });

/** @throws what `refuse` makes of the reason */
export function checkedBrought(
  { games: given, handlers = {} }: GameModule,
  refuse: (why: string) => StoreError,
): Brought {
  const games = checkedGames(given, refuse);
  const problem = handlersProblem(games, handlers);
  if (problem !== undefined) throw refuse(problem);
  return { games, handlers: handlers as HandlersByGame };
}

/** @throws what `refuse` makes of the reason */
function checkedGames(games: unknown, refuse: (why: string) => StoreError): readonly AnyGame[] {
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
