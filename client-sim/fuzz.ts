/**
 * `npm run fuzz`: attacks a server of its own with hostile messages, requests, cut joins and returns in every order,
 * while honest players sit in the same matches; then checks whether anything ended, stalled, leaked or was noticed.
 * Exit code 1 when something is wrong.
 */

import { randomInt } from "node:crypto";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { flagsOrExit } from "../shared/command-line/flags-or-exit.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { attackKinds } from "./fuzz/attacks.ts";
import { type FuzzReport, runFuzz } from "./fuzz/run.ts";
import { gameFlags, playedGame } from "./which-game.ts";

const flags = flagsOrExit("fuzz", {
  ...gameFlags,
  minutes: { type: "integer", default: 5, min: 0, max: 1440, help: "how long; 0 for until --tries are made" },
  seed: { type: "integer", default: 0, min: 0, max: 0xffff_ffff, help: "0 draws one" },
  only: { type: "words", default: attackKinds, of: attackKinds, help: "kinds of attack" },
  players: { type: "integer", default: 8, min: 1, max: 64, help: "honest players, who must notice nothing" },
  first: {
    type: "integer",
    default: 0,
    min: 0,
    max: 0x7fff_ffff,
    help: "number of the first try: repeats a finding",
  },
  tries: {
    type: "integer",
    default: 0,
    min: 0,
    max: 1_000_000,
    help: "tries of each kind; 0 for as many as fit",
  },
  json: { type: "boolean", help: "one JSON object as the last line" },
});

quietSdk();
const seed = flags.seed || randomInt(1, 2 ** 32);
const startedMs = performance.now();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => interrupted.abort());
if (flags.minutes === 0 && flags.tries === 0) {
  console.error("fuzz: --minutes 0 needs --tries: it would never end");
  process.exit(exitCodes.badUsage);
}
console.error(`fuzz: seed ${seed}`);
try {
  const { games, game, options } = flags;
  const { report, verdict } = await runFuzz({
    ...{ played: await playedGame(flags), asked: { games, game, options } },
    ...{ minutes: flags.minutes, seed, kinds: flags.only as typeof attackKinds, bystanders: flags.players },
    ...{ first: flags.first, tries: flags.tries },
    progress: (text) => void process.stderr.write(`fuzz ${seconds()} s: ${text}\n`),
    signal: interrupted.signal,
  });
  for (const wrong of verdict.wrongs) console.error(`fuzz: ${wrong}`);
  console.log(flags.json ? JSON.stringify(report) : readable(report));
  process.exit(verdict.ok ? 0 : 1);
} catch (error) {
  const { aborted } = interrupted.signal;
  console.error(`fuzz: ${aborted ? "interrupted" : `with seed ${seed}: ${(error as Error).message}`}`);
  process.exit(aborted ? exitCodes.interrupted : exitCodes.failed);
}

function readable(report: FuzzReport): string {
  const { heapMib, descriptors } = report;
  return [
    `${report.frames} messages, ${report.requests} requests, ${report.joinsCut} joins cut, ${report.returns} returns in ${report.seconds} s`,
    `process ends ${report.processEnds}, matches lost ${report.matchesLost}`,
    `longest standstill ${report.longestStandstillMs} ms, longest time without a patch ${report.longestPatchGapMs} ms`,
    `heap ${Math.round(heapMib.before)} → ${Math.round(heapMib.after)} MiB, descriptors ${descriptors?.before ?? "?"} → ${descriptors?.after ?? "?"}`,
    report.wrongs.length === 0
      ? "nothing wrong"
      : `${report.wrongs.length} things wrong (seed ${report.seed})`,
  ].join("\n");
}

function seconds(): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}
