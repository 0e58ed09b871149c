/**
 * `npm run sim`: runs many seeds of the simulated fleet. A seed that finds something prints itself, what went
 * wrong around it and its last events, and runs alone with `--only`. Exit code 1 when any did.
 * `npm run sim -- stories` tells small runs in words. Two other simulations: `npm run sim -- matchmaking`, of players who look
 * for a match, and `npm run sim -- selfplay`, of whole matches that bots play.
 */
import { randomInt } from "node:crypto";
import { flagsOrExit } from "../../shared/command-line/flags-or-exit.ts";
import { Chance } from "./chance.ts";
import { runMatchmaking } from "./matchmaking/command.ts";
import { type RunResult, simulate } from "./run.ts";
import { runSelfPlay } from "./selfplay/command.ts";
import { tellStories } from "./stories-command.ts";

const uint32Max = 0xffff_ffff;
/** Failures printed in full; one cause shows in many seeds. */
const shownMax = 3;
const progressEveryMs = 10_000;
const hourMs = 3_600_000;

if (process.argv[2] === "matchmaking") {
  runMatchmaking(process.argv.slice(3));
  process.exit();
}
if (process.argv[2] === "selfplay") process.exit(await runSelfPlay(process.argv.slice(3)));
if (process.argv[2] === "stories") process.exit(await tellStories(process.argv.slice(3)));

const about = `Many nodes in one process, under one seeded clock: seeds that find something are printed. It can also be:
  sim selfplay     bots play whole matches of a game, without a server
  sim stories      small runs, told in words
  sim matchmaking  a day of players who look for a match
Each of them has flags of its own, and \`--help\`.`;

const simFlags = {
  runs: { type: "integer", default: 1000, min: 1, max: 10_000_000, help: "how many" },
  seed: { type: "integer", default: 0, min: 0, max: uint32Max, help: "of the seeds; 0 draws one" },
  only: {
    type: "integer",
    default: 0,
    min: 0,
    max: uint32Max,
    help: "this one seed, as a failure printed it",
  },
  events: { type: "integer", default: 40, min: 1, max: 400, help: "last events of a failure to print" },
  json: { type: "boolean", help: "one JSON object as the last line" },
  "sabotage-fence": { type: "boolean", help: "the store takes writes of old owners: must be found" },
  "sabotage-gate": { type: "boolean", help: "nodes show what is not durable: must be found" },
  "sabotage-tail": { type: "boolean", help: "restores miss the last record: must be found" },
  "sabotage-stale": { type: "boolean", help: "who stood still for too long goes on talking: must be found" },
} as const;
const flags = flagsOrExit("sim", simFlags, { about });

const sabotage = {
  fenceBroken: flags["sabotage-fence"],
  gateOpen: flags["sabotage-gate"],
  tailForgotten: flags["sabotage-tail"],
  neverStale: flags["sabotage-stale"],
};
const seed = flags.seed || randomInt(1, uint32Max);
const chance = new Chance(seed);
const seeds = flags.only > 0 ? [flags.only] : Array.from({ length: flags.runs }, () => chance.uint32());
const startedMs = performance.now();
const failed: { seed: number; findings: RunResult["findings"] }[] = [];
const totals = { seen: 0, commands: 0, claims: 0, ticks: 0 };
let runs = 0;
let toldAtMs = startedMs;

for (const each of seeds) {
  const result = await simulate(each, sabotage);
  runs += 1;
  for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += result.counts[key];
  if (result.findings.length > 0) {
    failed.push({ seed: each, findings: result.findings });
    if (failed.length <= shownMax) console.error(story(result));
  }
  if (performance.now() - toldAtMs > progressEveryMs) {
    toldAtMs = performance.now();
    console.error(`sim: ${runs} of ${seeds.length} runs, ${failed.length} failed`);
  }
}

const seconds = (performance.now() - startedMs) / 1000;
const runsPerHour = Math.round((runs * hourMs) / 1000 / seconds);
if (flags.json) console.log(JSON.stringify({ seed, runs, failed, ...totals, seconds, runsPerHour }));
else {
  const compared = `${totals.seen} states seen, ${totals.commands} commands, ${totals.claims} take-overs`;
  console.log(`seed ${seed}: ${runs} runs in ${seconds.toFixed(1)} s (${runsPerHour} an hour), ${compared}`);
  const some = failed.slice(0, 10).map((each) => each.seed);
  console.log(failed.length === 0 ? "Nothing was found." : `${failed.length} FAILED: ${some.join(", ")}`);
}
process.exitCode = failed.length > 0 ? 1 : 0;

function story({ settings, findings, trace }: RunResult): string {
  const { faults, limits, ...size } = settings;
  return [
    `sim: seed ${settings.seed} failed; alone: npm run sim -- --only ${settings.seed}`,
    `  ${JSON.stringify(size)}`,
    `  ${JSON.stringify(limits)}`,
    ...faults.map((fault) => `  fault ${JSON.stringify(fault)}`),
    ...findings.map(({ promise, atMs, text }) => `  [${promise}] at ${atMs.toFixed(1)} ms: ${text}`),
    ...trace.last(flags.events).map((line) => `  ${line}`),
  ].join("\n");
}
