/**
 * The queues that a server runs: the built-in ones, or those of the file that `--queues` names. Checked at the start
 * against the loaded games: a queue that could never make a match stops the server.
 */

import { readFileSync } from "node:fs";
import type { AnyGame } from "../shared/game/game.ts";
import { words } from "../shared/game/issues.ts";
import { type QueueRules, readQueues } from "./matchmaking/queues.ts";
import { StoreError } from "./store-error.ts";

const regions = ["local"];

/** For one machine; a file replaces all of them. */
const builtIn = [
  {
    name: "arena-duel",
    game: "arena",
    ...{ teams: 2, teamSize: 1, regions },
    botsAfterSeconds: 20,
    options: { durationSeconds: 180, scoreLimit: 10 },
  },
  {
    name: "arena-teams",
    game: "arena",
    ...{ teams: 2, teamSize: 3, regions },
    botsAfterSeconds: 15,
    backfill: true,
    options: { durationSeconds: 240, scoreLimit: 30 },
  },
  {
    name: "arena-all",
    game: "arena",
    ...{ teams: 8, teamSize: 1, regions },
    botsAfterSeconds: 10,
    backfill: true,
    options: { durationSeconds: 240, scoreLimit: 20 },
  },
];

/**
 * @param games also durable rooms, as the games that they are to their matches
 * @throws StoreError `queue/invalid` naming what is wrong
 */
export function loadQueues(setting: string, games: readonly AnyGame[]): ReadonlyMap<string, QueueRules> {
  const refuse = (why: string) => new StoreError("queue/invalid", `--queues ${setting}: ${why}`);
  const namesOf = (rooms: boolean) =>
    games.filter(({ isRoom = false }) => isRoom === rooms).map(({ name }) => name);
  const has = (game: string) => namesOf(false).includes(game);
  const declared =
    setting === "built-in" ? builtIn.filter(({ game }) => has(game)) : declaredIn(setting, refuse);
  const read = readQueues(declared, namesOf(false), namesOf(true));
  if (!read.ok) throw refuse(read.message);
  const problems = read.queues.flatMap((rules) => {
    const problem = gameProblem(rules, games.find(({ name }) => name === rules.game)!);
    return problem === undefined ? [] : [`queue ${rules.name}: ${problem}`];
  });
  if (problems.length > 0) throw refuse(problems.join("\n"));
  return new Map(read.queues.map((rules) => [rules.name, rules]));
}

function declaredIn(path: string, refuse: (why: string) => Error): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw refuse(`the file cannot be read as JSON: ${(error as Error).message}`);
  }
}

/** What the queue requires and the game does not support. */
function gameProblem(
  { teams, teamSize, options, serverOptions, botsAfterSeconds }: QueueRules,
  game: AnyGame,
): string | undefined {
  const seats = teams * teamSize;
  if (seats > game.seats.max)
    return `${seats} seats, but a match of ${game.name} has at most ${game.seats.max}`;
  // A room of Colyseus fills the seats of bots itself, as one that a QueueRoom makes does.
  if (botsAfterSeconds !== undefined && game.queueOptions === undefined && !game.isRoom)
    return `${game.name} has no bots (queueOptions), so botsAfterSeconds means nothing`;
  const parsed = game.options.safeParse(game.queueOptions?.(options, { teamSize, bots: [] }) ?? options);
  if (!parsed.success)
    return `its options are invalid for ${game.name}: ${words(parsed.error.issues, "options")}`;
  if (game.serverOptions === undefined)
    return serverOptions && `${game.name} has no serverOptions, so those of the queue mean nothing`;
  const set = game.serverOptions.safeParse(serverOptions ?? {});
  return set.success
    ? undefined
    : `its serverOptions are invalid for ${game.name}: ${words(set.error.issues, "serverOptions")}`;
}
