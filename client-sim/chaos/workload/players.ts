/**
 * The players of chaos: bots that send many commands, in two or more matches, some of them on the plain SDK. Each
 * has a recorder. Of the arena, one of the first matches is short, so that matches end and begin during the kills; other
 * games end as they end.
 */
import { setTimeout as pause } from "node:timers/promises";
import { joinMatch } from "../../../shared/client/follow-match.ts";
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame } from "../../../shared/game/game.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { Bot } from "../../bots/bot.ts";
import type { CommandPace } from "../../bots/bot-commands.ts";
import { stepsPerSecondOf } from "../../bots/brains.ts";
import type { Connection } from "../../bots/connection.ts";
import { InputTimer } from "../../bots/input-timer.ts";
import { botName } from "../../bots/names.ts";
import type { EpochsSeen } from "../history/epochs.ts";
import { Recorder } from "../history/recorder.ts";
import { joinPlainly } from "./plain-connection.ts";

/** Several commands a second, so that some are in flight at every kill. */
const talkative: CommandPace = { secondsMin: 0.2, secondsSpread: 0.6 };
const perMatchMax = 8;
/** Every fourth player uses the SDK without our client. */
const plainEvery = 4;
const shortMatchSeconds = 25;
const leaveMsMax = 15_000;

export interface ChaosPlayer {
  readonly bot: Bot;
  readonly recorder: Recorder;
  readonly plain: boolean;
}

export interface Cast {
  readonly url: string;
  readonly game: AnyGame;
  /** The options of new matches. The arena's first ones have their own. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly players: number;
  readonly seed: number;
  readonly epochs: EpochsSeen;
}

/** What players need to get into matches of the game. */
type GameAtServer = Pick<Cast, "url" | "game" | "options">;

export function chaosPlayers({ url, game, options, players, seed, epochs }: Cast): ChaosPlayer[] {
  const timer = new InputTimer(stepsPerSecondOf(game));
  const played = { url, game, options };
  const perMatch = Math.min(perMatchMax, game.seats.max);
  const groups = Array.from({ length: Math.max(2, Math.ceil(players / perMatch)) }, () =>
    Promise.withResolvers<string | undefined>(),
  );
  return Array.from({ length: players }, (_, index) => {
    const group = index % groups.length;
    const opens = index < groups.length;
    const plain = opens || index % plainEvery === plainEvery - 1;
    const recorder = new Recorder(game, botName(index), epochs);
    const first = opens
      ? opener(played, group, groups[group]!)
      : follower(played, plain, groups[group]!.promise);
    const later = (name: string) => joinAny(played, name, plain);
    let joins = 0;
    let lines = 0;
    const bot = new Bot({
      name: botName(index),
      seed: (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)) >>> 0,
      timer,
      game,
      observer: recorder,
      pace: talkative,
      text: () => `line ${++lines} of ${botName(index)}`,
      join: (name) => (joins++ === 0 ? first(name) : later(name)),
    });
    return { bot, recorder, plain };
  });
}

/** True when the player plays, or looks at a result before joining the next match. */
export function isSettled({ bot }: ChaosPlayer): boolean {
  return bot.isPlaying || bot.connection?.state.kind === "over";
}

/** All players give up their seats; resolves also when some cannot in time. */
export async function leaveAll(players: readonly ChaosPlayer[]): Promise<void> {
  const left = players.map(async ({ bot, recorder }) => {
    recorder.expectLeave(bot.connection?.state.kind === "reconnecting");
    await bot.stop();
  });
  await Promise.race([Promise.all(left), pause(leaveMsMax, undefined, { ref: false })]);
}

/** One player leaves their match and joins another one. */
export async function sendOneAround(players: readonly ChaosPlayer[], random: RandomState): Promise<void> {
  const { bot, recorder } = players[nextBelow(random, players.length)]!;
  recorder.expectLeave(!bot.isPlaying);
  await bot.rejoin();
}

/** Creates a match and tells the others of its group, also when that fails. */
function opener(
  { url, game, ...asked }: GameAtServer,
  group: number,
  opened: PromiseWithResolvers<string | undefined>,
) {
  const ofArena = group % 2 === 1 ? { durationSeconds: shortMatchSeconds } : { scoreLimit: 1000 };
  const options = game === arena ? { ...ofArena, ...asked.options } : asked.options;
  return async (name: string): Promise<Connection> => {
    try {
      const connection = await joinPlainly(url, (client) => client.create(game.name, { name, options }));
      opened.resolve(connection.matchId);
      return connection;
    } finally {
      opened.resolve(undefined);
    }
  };
}

function follower(played: GameAtServer, plain: boolean, matchId: Promise<string | undefined>) {
  return async (name: string): Promise<Connection> => joinAny(played, name, plain, await matchId);
}

/** Joins the match with this id, or any. */
function joinAny(
  { url, game, options }: GameAtServer,
  name: string,
  plain: boolean,
  matchId?: string,
): Promise<Connection> {
  if (plain) {
    return joinPlainly(url, (client) =>
      matchId === undefined
        ? client.joinOrCreate(game.name, { name, options })
        : client.joinById(matchId, { name }),
    );
  }
  const certain = matchId === undefined ? { options } : { matchId };
  return joinMatch({ url, game: game.name, name, ...certain });
}
