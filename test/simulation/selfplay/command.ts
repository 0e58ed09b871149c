/**
 * `npm run sim -- selfplay`: bots play many matches of a game among themselves, without a server, much faster than anybody
 * could watch. It prints who won, how long the matches were, and a hash: the same seed gives the same hash everywhere.
 * With `--verify` every match is also restored from its journal. Exit code 1 when a rule failed or a restore differed.
 */
import { hasBrain, stepsPerSecondOf } from "../../../client-sim/bots/brains.ts";
import { levelNames } from "../../../client-sim/bots/skill.ts";
import { gameFlags, playedGame } from "../../../client-sim/which-game.ts";
import { exitCodes } from "../../../shared/command-line/exit-codes.ts";
import { columns } from "../../../shared/command-line/flag-help.ts";
import { flagsOrExit } from "../../../shared/command-line/flags-or-exit.ts";
import { nextUint32 } from "../../../shared/game/deterministic/random.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { Ladder } from "./ladder.ts";
import { type BrainKind, playedMatch } from "./self-match.ts";
import { type Standing, Tally } from "./tally.ts";

/** How many play when nobody says it, if the game has as many seats. */
const usualPlayers = 6;
const progressEveryMs = 10_000;

const table = {
  ...gameFlags,
  matches: { type: "integer", default: 100, min: 1, max: 10_000_000, help: "how many" },
  players: {
    type: "integer",
    default: undefined,
    min: 1,
    max: 255,
    help: `in each match; left out: as many as the game has seats, ${usualPlayers} at most`,
  },
  random: {
    type: "integer",
    default: 0,
    min: 0,
    max: 255,
    help: "of these, so many send inputs at random, in another seat in each match",
  },
  levels: {
    type: "boolean",
    help: "bots of every level of the arena, each in another seat in each match; rates them against each other",
  },
  seconds: {
    type: "integer",
    default: 3600,
    min: 1,
    max: 1_000_000,
    help: "a match that is not over after so many of its own is given up",
  },
  seed: { type: "integer", default: 1, min: 0, max: 0xffff_ffff, help: "same seed, same matches" },
  verify: { type: "boolean", help: "restores every match from its journal, and compares" },
  json: { type: "boolean", help: "one JSON object as the last line, instead of the tables" },
} as const;

const about = "Bots play whole matches of a game among themselves, without a server, and this says who won.";

/** @param argv after the word "selfplay"; @returns the exit code */
export async function runSelfPlay(argv: readonly string[]): Promise<number> {
  const flags = flagsOrExit("sim selfplay", table, { argv, about });
  const asked = await playedGame(flags).catch((error: Error) => error);
  if (asked instanceof Error) return refused(asked.message);
  const { game } = asked;
  if (flags.levels && game !== arena) return refused("--levels: only the arena's bots have levels");
  if (flags.levels && flags.random > 0) return refused("--levels and --random do not go together");
  const usual = flags.levels ? levelNames.length : usualPlayers;
  const players = flags.players ?? Math.max(game.seats.min, Math.min(game.seats.max, usual));
  const { min, max } = game.seats;
  if (players < min || players > max)
    return refused(`--players: ${game.name} has seats for ${min} to ${max}`);
  if (flags.random > players) return refused(`--random: there are ${players} players`);
  const options = game.options.parse(asked.options);
  const random = { random: flags.seed };
  const tally = new Tally(players);
  const ladder = flags.levels ? new Ladder() : undefined;
  const startedMs = performance.now();
  let toldAtMs = startedMs;
  for (let index = 0; index < flags.matches; index++) {
    const seed = nextUint32(random);
    const levels = levelsOf(players, index);
    const brains = ladder ? levels : brainsOf(players, hasBrain(game) ? flags.random : players, index);
    const turnsMax = flags.seconds * stepsPerSecondOf(game);
    try {
      const played = playedMatch({ game, options, seed, brains, turnsMax, verify: flags.verify });
      tally.add(brains, played);
      ladder?.add(levels, played.outcome);
    } catch (error) {
      console.error(`sim: match ${index + 1}, with seed ${seed}: ${(error as Error).stack}`);
      return exitCodes.failed;
    }
    if (performance.now() - toldAtMs < progressEveryMs) continue;
    toldAtMs = performance.now();
    console.error(`sim: ${index + 1} of ${flags.matches} matches`);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const played = {
    game: game.name,
    players,
    seed: flags.seed,
    turnsPerSecond: stepsPerSecondOf(game),
    seconds,
  };
  const report = { ...reportOf(tally, played), ...(ladder && { ladder: ladder.standings }) };
  console.log(flags.json ? JSON.stringify(report) : readable(tally, played, ladder));
  if (ladder === undefined || ladder.isInOrder) return exitCodes.ok;
  console.error(
    "sim: the levels are not in their order; play more matches, or look at client-sim/bots/skill.ts",
  );
  return exitCodes.failed;
}

function refused(why: string): number {
  console.error(`sim: ${why}`);
  return exitCodes.badUsage;
}

/** Who plays at random moves on by one seat with each match, so that no seat is theirs. */
function brainsOf(players: number, random: number, index: number): BrainKind[] {
  return Array.from({ length: players }, (_, seat) =>
    (((seat - index) % players) + players) % players < random ? "random" : "brain",
  );
}

/** Every level moves on by one seat with each match. */
const levelsOf = (players: number, index: number) =>
  Array.from({ length: players }, (_, seat) => levelNames[(seat + index) % levelNames.length]!);

interface Played {
  readonly game: string;
  readonly players: number;
  readonly seed: number;
  readonly turnsPerSecond: number;
  /** On the clock. */
  readonly seconds: number;
}

function reportOf(tally: Tally, { turnsPerSecond, ...played }: Played) {
  const { matches, draws, unfinished, reasons, seats, brains, commands, hash } = tally;
  const lengthSeconds = { p50: 0.5, p95: 0.95, max: 1 };
  return {
    ...{ sim: "selfplay", ...played, matches, draws, unfinished, reasons, seats, brains, commands, hash },
    lengthSeconds: Object.fromEntries(
      Object.entries(lengthSeconds).map(([name, part]) => [name, tally.lengthAt(part) / turnsPerSecond]),
    ),
    playedSeconds: tally.turns / turnsPerSecond,
    timesRealTime: Math.round(tally.turns / turnsPerSecond / played.seconds),
  };
}

function readable(tally: Tally, played: Played, ladder: Ladder | undefined): string {
  const { matches, draws, seats, brains, reasons, lengthSeconds, ...report } = reportOf(tally, played);
  const { p50, p95, max } = lengthSeconds;
  const kinds = Object.entries(brains);
  const ends = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${matches} matches of ${report.game} with ${report.players} players, seed ${report.seed}`,
    `ended by: ${ends.join(", ")}; draws ${draws}`,
    `length: p50 ${p50!.toFixed(1)} s, p95 ${p95!.toFixed(1)} s, longest ${max!.toFixed(1)} s`,
    "",
    ...columns([
      ["", "played", "won", "shared", "won of played"],
      ...seats.map((standing, seat) => row(`seat ${seat}`, standing)),
      ...kinds.map(([kind, standing]) => row(kind === "random" ? "random inputs" : kind, standing)),
    ]),
    ...(ladder === undefined ? [] : ["", ...columns(ratingsOf(ladder))]),
    "",
    `hash ${report.hash}`,
    `${report.seconds.toFixed(1)} s for ${Math.round(report.playedSeconds)} s of play: ${report.timesRealTime} times real time`,
  ].join("\n");
}

const ratingsOf = ({ standings }: Ladder): string[][] => [
  ["", "rating", "give or take"],
  ...standings.map(({ level, mu, sigma }) => [level, mu.toFixed(1), sigma.toFixed(1)]),
];

function row(name: string, { played, won, shared }: Standing): string[] {
  const part = played === 0 ? "" : `${((100 * won) / played).toFixed(1)} %`;
  return [name, `${played}`, `${won}`, `${shared}`, part];
}
