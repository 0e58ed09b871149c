/**
 * `npm run chaos`: kills the server again and again while bots play, and then asks the journal whether
 * anything that anybody saw or was promised is gone. Exit code 1 when something is.
 */
import { randomInt } from "node:crypto";
import { type ChaosResult, losses, runChaos } from "./chaos/run.ts";
import { flagsOrExit } from "./flags.ts";
import { quietSdk } from "./quiet-sdk.ts";

const flags = flagsOrExit("chaos", {
  kills: { type: "integer", default: 10, min: 1, max: 1000, help: "how often" },
  players: { type: "integer", default: 16, min: 2, max: 200, help: "how many bots" },
  seed: { type: "integer", default: 0, min: 0, max: 0xffff_ffff, help: "0 draws one" },
  json: { type: "boolean", help: "one JSON object as the last line" },
  "sabotage-gate": { type: "boolean", help: "the server shows what is not safe yet: chaos must notice" },
  "store-delay-ms": {
    type: "integer",
    default: 0,
    min: 0,
    max: 5000,
    help: "slows every journal write down",
  },
});

quietSdk();
const seed = flags.seed || randomInt(1, 2 ** 32);
const startedMs = performance.now();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => interrupted.abort());
try {
  const result = await runChaos({
    kills: flags.kills,
    players: flags.players,
    seed,
    sabotageGate: flags["sabotage-gate"],
    storeDelayMs: flags["store-delay-ms"],
    progress: (text) => process.stderr.write(`chaos ${seconds()} s: ${text}\n`),
    signal: interrupted.signal,
  });
  for (const finding of result.verdict.findings) console.error(`chaos: ${finding}`);
  if (result.kept !== undefined)
    console.error(`chaos: something is lost; its data is kept in ${result.kept}`);
  console.log(flags.json ? JSON.stringify(result.report) : readable(result));
  process.exit(losses(result.verdict) > 0 ? 1 : 0);
} catch (error) {
  const { signal } = interrupted;
  console.error(
    `chaos: ${signal.aborted ? "interrupted" : `with seed ${seed}: ${(error as Error).message}`}`,
  );
  process.exit(signal.aborted ? 130 : 1);
}

function seconds(): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}

function readable({ report, verdict }: ChaosResult): string {
  const { gapMs, plainSdk } = report;
  return [
    `${report.kills} kills, ${report.clients} clients (${plainSdk.clients} on the plain SDK), ${report.matches} matches, seed ${report.seed}`,
    `compared: ${report.seen} states seen, ${report.commands} commands sent`,
    `lost: ${report.matchesLost} matches, ${report.seatsLost} seats, ${report.seenThenLost} seen ticks, ${report.commandsLost} commands`,
    `wrong: ${report.divergentTicks} ticks that differ, ${report.commandsTwice} commands twice`,
    `gap: p50 ${gapMs.p50} ms, p99 ${gapMs.p99} ms, max ${gapMs.max} ms; plain SDK: p50 ${plainSdk.gapMs.p50} ms, p99 ${plainSdk.gapMs.p99} ms`,
    losses(verdict) === 0 ? "Nothing was lost." : "SOMETHING WAS LOST.",
  ].join("\n");
}
