/**
 * `npm run bench -- crowd`, `durability`, `failover`, `interest`, `matchmaking`, `netcode`, `peers`, `rooms`, `sleeping` or `view`:
 * measures on this machine what the promises cost, and compares the figures with the goals. Progress goes to stderr, the table to stdout;
 * with --json, the last line is one JSON object. Some of them play any game. Everything it starts is on loopback and ends with
 * it. A missed goal is not a failure: exit code 0.
 */

import { availableParallelism } from "node:os";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { type BenchGame, benchGame } from "./bench/bench-game.ts";
import { crowdGameExtents, measureCrowdGame } from "./bench/crowd-game.ts";
import { extents, measureDurability } from "./bench/durability.ts";
import { failoverExtents, failoverParts, measureFailover } from "./bench/failover.ts";
import { measureInterest } from "./bench/interest.ts";
import { matchmakingExtents, measureMatchmaking } from "./bench/matchmaking.ts";
import { measureNetcode, netcodeExtents } from "./bench/netcode.ts";
import { measurePeers, peersExtents } from "./bench/peers.ts";
import { type BenchResult, resultTable } from "./bench/result.ts";
import { measureRooms, roomsExtents } from "./bench/rooms.ts";
import { measureSleeping, sleepersUsual, sleepingExtents } from "./bench/sleeping.ts";
import { measureViewCost, viewCostExtents } from "./bench/view-cost.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { exitOnSignals } from "./processes/ends-with-us.ts";
import { type GameArguments, gameFlags, isGiven } from "./which-game.ts";

interface BenchChoice {
  readonly quick: boolean;
  readonly part: readonly (typeof failoverParts)[number][];
  readonly clients: number;
}
type Measured = Promise<readonly BenchResult[]>;

/** Those that play any game. */
const ofAnyGame: Readonly<Record<string, (asked: BenchChoice, played: BenchGame) => Measured>> = {
  durability: ({ quick }, played) => measureDurability(extents[quick ? "quick" : "full"], played, progress),
  failover: ({ quick, part, clients }, played) => {
    const extent = failoverExtents[quick ? "quick" : "full"];
    const sizes = clients === 0 ? extent.sizes : [clients];
    return measureFailover({ ...extent, sizes, parts: part, played }, progress);
  },
  matchmaking: ({ quick }, played) =>
    measureMatchmaking(matchmakingExtents[quick ? "quick" : "full"], played, progress),
  sleeping: ({ quick }, played) =>
    measureSleeping(sleepingExtents[quick ? "quick" : "full"], played, progress),
};
/** Those whose figures are about one game, or none, and why another one has no place in them. */
const ofOneGame: Readonly<Record<string, { why: string; measure(asked: BenchChoice): Measured }>> = {
  crowd: {
    why: "it measures the example game crowd",
    measure: ({ quick }) => measureCrowdGame(crowdGameExtents[quick ? "quick" : "full"], progress),
  },
  interest: {
    why: "it measures sights of its own, without rules",
    measure: ({ quick }) => measureInterest(quick ? "quick" : "full", progress),
  },
  netcode: {
    why: "it draws the arena, as its page does",
    measure: ({ quick }) => measureNetcode(netcodeExtents[quick ? "quick" : "full"], progress),
  },
  peers: {
    why: "it compares the arena with the same rules on other servers, where they were written by hand",
    measure: ({ quick }) => measurePeers(peersExtents[quick ? "quick" : "full"], progress),
  },
  rooms: {
    why: "it compares rooms of Colyseus, which know no games",
    measure: ({ quick }) => measureRooms(roomsExtents[quick ? "quick" : "full"], progress),
  },
  view: {
    why: "it compares the arena's View with the same one written by hand",
    measure: ({ quick }) => measureViewCost(viewCostExtents[quick ? "quick" : "full"], progress),
  },
};
const subjects = [...Object.keys(ofAnyGame), ...Object.keys(ofOneGame)].sort();
const subjectNames = subjects.join("|");
const flags = readFlags(
  {
    ...gameFlags,
    json: { type: "boolean", help: "one JSON object as the last line, instead of the table" },
    part: { type: "words", default: failoverParts, of: failoverParts, help: "failover: measure only these" },
    clients: { type: "integer", default: 0, min: 0, max: 1000, help: "failover: only this many; 0 for all" },
    quick: { type: "boolean", help: "about a minute instead of several; too short for numbers to quote" },
  },
  process.argv.slice(2),
  {
    about: `holdfast bench ${subjectNames} [flags]`,
    words: (words) =>
      words.length === 1 && subjects.includes(words[0]!)
        ? undefined
        : `what to measure is missing or unknown: ${JSON.stringify(words.join(" "))}; it is one of ${subjectNames}.`,
  },
);
if (!flags.ok) endWith("bench", flags);
const subject = flags.words[0]!;
const hasGame = isGiven(flags.values);
if (hasGame && Object.hasOwn(ofOneGame, subject)) {
  const others = Object.keys(ofAnyGame).join(", ");
  const why = `${subject} takes no --games, --game or --options: ${ofOneGame[subject]!.why}`;
  endWith("bench", { ok: false, help: false, message: `${why}. ${others} take them.` });
}

quietSdk();
exitOnSignals();
const startedMs = performance.now();
const seconds = () => Math.round((performance.now() - startedMs) / 1000);
try {
  const results = await measured(flags.values);
  const machine = { cores: availableParallelism(), node: process.version, platform: process.platform };
  const report = { bench: subject, quick: flags.values.quick, seconds: seconds(), machine, results };
  console.log(flags.values.json ? JSON.stringify(report) : resultTable(results));
  process.exit(0);
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exit(1);
}

async function measured(asked: BenchChoice & GameArguments): Measured {
  if (Object.hasOwn(ofOneGame, subject)) return await ofOneGame[subject]!.measure(asked);
  const played = await benchGame(subject === "sleeping" && !hasGame ? sleepersUsual : asked);
  return await ofAnyGame[subject]!(asked, played);
}

function progress(text: string): void {
  process.stderr.write(`bench ${seconds()} s: ${text}\n`);
}
