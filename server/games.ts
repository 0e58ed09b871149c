/**
 * The games that a server runs: the built-in ones, or those of a module that `--games` names, whose export `games` is
 * a list of games. A new built-in game is one import and one word here.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyGame, OwnView, SightView } from "../shared/game/game.ts";
import { arena } from "../shared/games/arena/game.ts";
import { StoreError } from "./store-error.ts";

export const builtInGames: readonly AnyGame[] = [arena];

const isFunction = (value: unknown) => typeof value === "function";
const isObject = (value: unknown) => typeof value === "object" && value !== null;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
const isSchema = (value: unknown) => isFunction(Object(value).safeParse);

/** The fields of a schema are accessors of its class, so a View that was just made has them. */
function hangsIn(view: object, { field, create, write }: OwnView<unknown> | SightView<unknown>): boolean {
  return isFunction(create) && isFunction(write) && String(field) in view;
}

/** What the server checks before the first match; the rest of the contract is checked during play. */
const parts: { readonly [Part in keyof AnyGame]?: readonly [is: (value: never) => boolean, words: string] } =
  {
    name: [(name: unknown) => /^[a-z0-9-]{1,32}$/.test(String(name)), "of a-z, 0-9 and -, at most 32"],
    version: [isCount, "a whole number from 1"],
    tickRate: [(rate: unknown) => isCount(rate) && (rate as number) <= 240, "a whole number from 1 to 240"],
    seats: [({ min, max }: AnyGame["seats"]) => isCount(max) && min <= max, "{ min, max }"],
    input: [isObject, "the fields of an input"],
    commands: [isObject, "schemas by the name of the command"],
    options: [isSchema, "a schema"],
    view: [
      ({ create, write, own, sight }: AnyGame["view"]) =>
        isFunction(create) &&
        isFunction(write) &&
        (own === undefined || hangsIn(create(), own)) &&
        (sight === undefined || (hangsIn(create(), sight) && isFunction(sight.sees))),
      "a GameView, or its `own` or `sight` is none of a field that the View's root has",
    ],
    create: [isFunction, "a function"],
    step: [isFunction, "a function"],
    outcome: [isFunction, "a function"],
  };

/**
 * @param given games that a program has in hand; they go before the setting
 * @throws StoreError `game/invalid` naming the file and what is wrong with it
 */
export async function loadGames(setting: string, given?: readonly AnyGame[]): Promise<readonly AnyGame[]> {
  if (given !== undefined)
    return checkedGames(given, (why) => new StoreError("game/invalid", `games: ${why}`));
  if (setting === "built-in") return builtInGames;
  const path = resolve(setting);
  const refuse = (why: string, cause?: unknown) =>
    new StoreError("game/invalid", `--games ${setting}: ${why}`, { cause });
  const module = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw refuse(`${path} cannot be loaded: ${(error as Error)?.message ?? error}`, error);
  });
  return checkedGames(module.games, refuse);
}

function checkedGames(games: unknown, refuse: (why: string) => StoreError): readonly AnyGame[] {
  if (!Array.isArray(games) || games.length === 0) throw refuse("it must export a list `games` of games");
  for (const game of games) {
    const problem = problemOf(game);
    if (problem !== undefined) throw refuse(problem);
  }
  const names = games.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw refuse(`two games are named "${twice}"`);
  return games;
}

function problemOf(game: Partial<AnyGame> | null | undefined): string | undefined {
  for (const [part, [is, words]] of Object.entries(parts)) {
    const value: unknown = Object(game)[part];
    if (value === undefined || value === null) return `a game in it has no \`${part}\``;
    if (!is(value as never)) return `\`${part}\` of the game "${Object(game).name}" is not ${words}`;
  }
  return undefined;
}
