/**
 * The entry of `npm run fleet`: starts a whole fleet on one machine, or asks or orders the one that runs.
 * Joins the real parts and decides nothing.
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unixMs } from "../server/ops/clock.ts";
import { openLog, readableLogLine } from "../server/ops/log.ts";
import { lastResortOf } from "../server/ops/process-errors.ts";
import { openScreen } from "../server/ops/screen.ts";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { programPath } from "../shared/command-line/program-path.ts";
import { buildWeb } from "../tools/build-web.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { type FleetCommand, readFleetCommand } from "./arguments.ts";
import { askRoll, askStatus } from "./control-client.ts";
import { type FleetFile, readFleetFile } from "./fleet-file.ts";
import { fleetLine, nodeTable } from "./fleet-view.ts";
import { rollOrder, runFleet } from "./run-fleet.ts";

const widthDefault = 200;

const nowMs = () => performance.now();
// A reader that closes its end of the pipe must not end the fleet.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const result = readFleetCommand({
  argv: process.argv.slice(2),
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
});
if (!result.ok) {
  (result.help ? process.stdout : process.stderr).write(`${result.help ? "" : "fleet: "}${result.message}\n`);
  process.exit(result.help ? exitCodes.ok : exitCodes.badSetting);
}
process.exit(await run(result.command));

async function run(command: FleetCommand): Promise<number> {
  const { verb, config } = command;
  const running = verb === "start" ? undefined : readFleetFile(config.dataDir);
  try {
    if (verb === "status") return await showStatus(command, running);
    if (running !== undefined) return await orderRoll(command, running);
  } catch (error) {
    process.stderr.write(`fleet: ${(error as Error).message}\n`);
    return 1;
  }
  return startFleet(command);
}

async function showStatus(command: FleetCommand, running: FleetFile | undefined): Promise<number> {
  if (running === undefined) throw new Error(`no fleet runs with ${resolve(command.config.dataDir)}`);
  const view = await askStatus(running);
  if (command.json) console.log(JSON.stringify(view));
  else
    for (const line of [...view.urls, ...nodeTable(view.nodes), fleetLine(view, widthDefault)])
      console.log(line);
  return 0;
}

async function orderRoll(command: FleetCommand, running: FleetFile): Promise<number> {
  // Lines for people; with --json, standard output is for programs.
  const out = command.json ? process.stderr : process.stdout;
  const report = await askRoll(running, rollOrder(command), (text) => void out.write(`${text}\n`));
  if (command.json) console.log(JSON.stringify(report));
  return report.lost.length === 0 ? 0 : 1;
}

async function startFleet(command: FleetCommand): Promise<number> {
  const lastResort = lastResortOf(openLog(command.config.logLevel));
  await buildWeb();
  const out = command.json ? process.stderr : process.stdout;
  const running = runFleet({
    ...{ command, nowMs, pause, signals: process, findTool: ensureTool, chance: Math.random },
    screen: openScreen({ out, error: process.stderr, nowMs, readable: readableLogLine }),
    serverEntry: programPath(import.meta.url, "../server/main.ts"),
    botsEntry: programPath(import.meta.url, "../client-sim/bots.ts"),
    tell: (line) => void (command.json && console.log(JSON.stringify(line))),
    overIds: (redisUrl) => overIds(command, redisUrl),
  });
  lastResort.serving(async () => {
    process.emit("SIGTERM");
    await running;
  });
  return running;
}

/** The store is loaded only here: a fleet that is not rolled needs none. */
async function overIds({ config }: FleetCommand, redisUrl: string): Promise<ReadonlySet<string>> {
  const { openStore } = await import("../server/compose/store.ts");
  const store = await openStore({ ...config, store: "redis", redisUrl }, unixMs);
  try {
    const entries = await store.list();
    return new Set(entries.filter(({ state }) => state === "over").map(({ id }) => id));
  } finally {
    await store.close();
  }
}
