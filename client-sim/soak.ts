/**
 * `npm run soak`: clients join, leave, flood, sleep, lose their connection and come back, for as long as you like; then
 * it reports what grew in the server: memory, descriptors, matches. Exit code 1 when something did.
 */

import { randomInt } from "node:crypto";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { flagsOrExit } from "../shared/command-line/flags-or-exit.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { runSoak, type SoakReport } from "./soak/run.ts";
import { gameFlags, playedGame } from "./which-game.ts";

const flags = flagsOrExit("soak", {
  ...gameFlags,
  minutes: { type: "integer", default: 30, min: 1, max: 10_080, help: "how long" },
  players: { type: "integer", default: 100, min: 1, max: 1000, help: "how many clients come and go" },
  seed: { type: "integer", default: 0, min: 0, max: 0xffff_ffff, help: "0 draws one" },
  json: { type: "boolean", help: "one JSON object as the last line" },
});

quietSdk();
const seed = flags.seed || randomInt(1, 2 ** 32);
const startedMs = performance.now();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => interrupted.abort());
try {
  const report = await runSoak({
    ...{ ...(await playedGame(flags)), games: flags.games },
    ...{ minutes: flags.minutes, players: flags.players, seed, signal: interrupted.signal },
    progress: (text) => void process.stderr.write(`soak ${seconds()} s: ${text}\n`),
  });
  for (const wrong of report.wrongs) console.error(`soak: ${wrong}`);
  console.log(flags.json ? JSON.stringify(report) : readable(report));
  process.exit(report.wrongs.length === 0 ? 0 : 1);
} catch (error) {
  const { aborted } = interrupted.signal;
  console.error(`soak: ${aborted ? "interrupted" : `with seed ${seed}: ${(error as Error).message}`}`);
  process.exit(aborted ? exitCodes.interrupted : exitCodes.failed);
}

function readable(report: SoakReport): string {
  const growth = Object.entries(report.growth).map(
    ([measure, { from, to, byTrend }]) =>
      `  ${measure}: ${from.toFixed(0)} → ${to.toFixed(0)} at the lowest, ${byTrend.toFixed(1)} by the trend`,
  );
  const did = Object.entries(report.moods).map(([mood, times]) => `${mood} ${times}`);
  return [
    `${report.players} visitors for ${report.minutes} minutes: ${did.join(", ")}`,
    ...growth,
    `  longest standstill ${report.longestStandstillMs} ms, process ends ${report.processEnds}`,
    report.wrongs.length === 0 ? "nothing grew" : `${report.wrongs.length} things grew`,
  ].join("\n");
}

function seconds(): string {
  return ((performance.now() - startedMs) / 1000).toFixed(0);
}
