/**
 * `npm run bench -- crowd`, `durability`, `failover`, `interest`, `matchmaking`, `peers`, `sleeping` or `view`: measures on
 * this machine what the promises cost, and compares the figures with the goals. Progress goes to stderr, the table to stdout;
 * with --json, the last line is one JSON object. Everything it starts is on loopback and ends with it. A missed goal is not a failure: exit code 0.
 */

import { availableParallelism } from "node:os";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { crowdGameExtents, measureCrowdGame } from "./bench/crowd-game.ts";
import { extents, measureDurability } from "./bench/durability.ts";
import { failoverExtents, failoverParts, measureFailover } from "./bench/failover.ts";
import { measureInterest } from "./bench/interest.ts";
import { matchmakingExtents, measureMatchmaking } from "./bench/matchmaking.ts";
import { measurePeers, peersExtents } from "./bench/peers.ts";
import { type BenchResult, resultTable } from "./bench/result.ts";
import { measureSleeping, sleepingExtents } from "./bench/sleeping.ts";
import { measureViewCost, viewCostExtents } from "./bench/view-cost.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { exitOnSignals } from "./processes/ends-with-us.ts";

interface BenchChoice {
  readonly quick: boolean;
  readonly part: readonly (typeof failoverParts)[number][];
  readonly clients: number;
}

const subjects: Readonly<Record<string, (asked: BenchChoice) => Promise<readonly BenchResult[]>>> = {
  crowd: ({ quick }) => measureCrowdGame(crowdGameExtents[quick ? "quick" : "full"], progress),
  durability: ({ quick }) => measureDurability(extents[quick ? "quick" : "full"], progress),
  failover: ({ quick, part, clients }) => {
    const extent = failoverExtents[quick ? "quick" : "full"];
    const sizes = clients === 0 ? extent.sizes : [clients];
    return measureFailover({ ...extent, sizes, parts: part }, progress);
  },
  interest: ({ quick }) => measureInterest(quick ? "quick" : "full", progress),
  matchmaking: ({ quick }) => measureMatchmaking(matchmakingExtents[quick ? "quick" : "full"], progress),
  peers: ({ quick }) => measurePeers(peersExtents[quick ? "quick" : "full"], progress),
  sleeping: ({ quick }) => measureSleeping(sleepingExtents[quick ? "quick" : "full"], progress),
  view: ({ quick }) => measureViewCost(viewCostExtents[quick ? "quick" : "full"], progress),
};
const subjectNames = Object.keys(subjects).join("|");
const flags = readFlags(
  {
    json: { type: "boolean", help: "one JSON object as the last line, instead of the table" },
    part: { type: "words", default: failoverParts, of: failoverParts, help: "failover: measure only these" },
    clients: { type: "integer", default: 0, min: 0, max: 1000, help: "failover: only this many; 0 for all" },
    quick: { type: "boolean", help: "about a minute instead of several; too short for numbers to quote" },
  },
  process.argv.slice(2),
  {
    about: `holdfast bench ${subjectNames} [flags]`,
    words: (words) =>
      words.length === 1 && Object.hasOwn(subjects, words[0]!)
        ? undefined
        : `what to measure is missing or unknown: ${JSON.stringify(words.join(" "))}; it is one of ${subjectNames}.`,
  },
);
if (!flags.ok) endWith("bench", flags);
const subject = flags.words[0]!;
const measure = subjects[subject]!;

quietSdk();
exitOnSignals();
const startedMs = performance.now();
const seconds = () => Math.round((performance.now() - startedMs) / 1000);
try {
  const results = await measure(flags.values);
  const machine = { cores: availableParallelism(), node: process.version, platform: process.platform };
  const report = { bench: subject, quick: flags.values.quick, seconds: seconds(), machine, results };
  console.log(flags.values.json ? JSON.stringify(report) : resultTable(results));
  process.exit(0);
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exit(1);
}

function progress(text: string): void {
  process.stderr.write(`bench ${seconds()} s: ${text}\n`);
}
