/**
 * `npm run fleet` from start to end: starts a fleet, reports what happens, takes orders at the control port, and
 * stops on a signal: in order on the first, at once on the second. It leaves nothing running.
 */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { PortError } from "../server/net/port-error.ts";
import type { Screen } from "../server/ops/screen.ts";
import { listenToStopSignals } from "../server/ops/stop-signals.ts";
import type { SteadyClock } from "../shared/clock.ts";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import type { FleetCommand } from "./arguments.ts";
import { type FleetRollReport, openControl, type RollOrder } from "./control-server.ts";
import { readFleetFile, removeFleetFile, writeFleetFile } from "./fleet-file.ts";
import { Reporter } from "./reporter.ts";
import { rollFleet } from "./roll.ts";
import { type FleetParts, RunningFleet } from "./running-fleet.ts";
import { StartFailed } from "./supervised-process.ts";

const playEveryMs = 200;
const playMsMax = 60_000;

export interface RunOptions extends Pick<FleetParts, "chance" | "findTool" | "serverEntry" | "botsEntry"> {
  readonly command: FleetCommand;
  readonly screen: Screen;
  readonly nowMs: SteadyClock;
  readonly pause: (ms: number) => Promise<void>;
  /** Emits SIGINT, SIGTERM and `exit`; it is `process`. */
  readonly signals: Pick<NodeJS.EventEmitter, "on" | "off">;
  /** Prints one line of JSON for programs. */
  readonly tell: (line: object) => void;
  /** Ids of all matches in this Redis that have ended. */
  readonly overIds: (redisUrl: string) => Promise<ReadonlySet<string>>;
}

/** @returns the exit code: 0 after an ordered stop, 1 when it failed or the roll lost a match, 78 for a bad setting */
export async function runFleet(options: RunOptions): Promise<number> {
  const { command, screen, signals } = options;
  const { dataDir } = command.config;
  const other = readFleetFile(dataDir);
  if (other !== undefined) {
    screen.line(`a fleet runs with this data directory already (process ${other.pid}); take another --data`);
    return exitCodes.badSetting;
  }
  const reporter = new Reporter(screen, options.nowMs, options.pause);
  const { listener } = reporter;
  const fleet = new RunningFleet({ ...options, listener, say: screen.line });
  const stop = Promise.withResolvers<void>();
  const stopListening = listenToStopSignals({
    ...{ signals, nowMs: options.nowMs },
    onFirst: stop.resolve,
    onAgain: () => fleet.killAll(),
  });
  const onExit = () => fleet.killAll();
  signals.on("exit", onExit);
  try {
    const serve = serveFleet(options, fleet, reporter, stop.promise);
    // A stop also works in the middle of the start.
    return await Promise.race([serve, stop.promise.then(() => (command.verb === "roll" ? 1 : 0))]);
  } catch (error) {
    screen.line(`holdfast: ${(error as Error).message}`);
    const final = error instanceof StartFailed && error.code === exitCodes.badSetting;
    return final || error instanceof PortError ? exitCodes.badSetting : exitCodes.failed;
  } finally {
    reporter.end();
    await fleet.stop();
    removeFleetFile(dataDir, process.pid);
    stopListening();
    signals.off("exit", onExit);
  }
}

/** The order to the running fleet, from the command line of another process. */
export function rollOrder({ versionDir, nodeFlags }: FleetCommand): RollOrder {
  return { nodeFlags, ...(versionDir !== undefined && { versionDir: resolve(versionDir) }) };
}

/** Everything between start and stop. */
async function serveFleet(
  options: RunOptions,
  fleet: RunningFleet,
  reporter: Reporter,
  stopped: Promise<void>,
): Promise<number> {
  const { command, screen, tell } = options;
  const { config, keepsData, verb } = command;
  await fleet.start();
  reporter.introduce(
    fleet,
    keepsData ? `kept in ${resolve(config.dataDir, "redis")}` : "gone when this stops",
  );
  reporter.begin(fleet);
  const roll = oneAtATime((order: RollOrder, say: (text: string) => void) =>
    performRoll(options, fleet, order, say),
  );
  const key = randomBytes(16).toString("base64url");
  const orderedRoll = (order: RollOrder, say: (text: string) => void) => roll(order, tee(screen.line, say));
  const control = await openControl({ key, view: () => fleet.view(), roll: orderedRoll });
  try {
    const { pid, urls, startedAt } = fleet.view();
    writeFleetFile(config.dataDir, { pid, urls, startedAt, controlPort: control.port, controlKey: key });
    if (verb !== "roll") {
      tell(fleet.view());
      await stopped;
      return 0;
    }
    await botsPlay(options, fleet);
    // The nodes have had their flags since the start.
    const report = await roll(rollOrder({ ...command, nodeFlags: [] }), screen.line);
    tell(report);
    return report.lost.length === 0 ? 0 : 1;
  } finally {
    control.close();
  }
}

/** @throws Error when there is no such version, or a new node does not start */
async function performRoll(
  { overIds, nowMs, pause }: RunOptions,
  fleet: RunningFleet,
  { versionDir, nodeFlags }: RollOrder,
  say: (text: string) => void,
): Promise<FleetRollReport> {
  const entry = versionDir === undefined ? undefined : join(versionDir, "server", "main.ts");
  if (entry !== undefined && !existsSync(entry)) {
    throw new Error(`there is no ${entry}: --game-version-dir is a checkout`);
  }
  fleet.useVersion({ ...(entry !== undefined && { serverEntry: entry }), nodeFlags });
  const report = await rollFleet({
    nodes: fleet.nodes.map(({ place }) => place.name),
    replace: (name) => fleet.replace(name),
    pidOf: (name) => fleet.nodes.find(({ place }) => place.name === name)?.supervised.pid,
    matches: () => fleet.matches(),
    overIds: () => overIds(fleet.redisUrl),
    ...{ say, nowMs, pause },
  });
  if (fleet.view().bots === undefined) return report;
  // Bots report when they stop; new ones take their places.
  const bots = botsReport(await fleet.stopBots());
  await fleet.startBots();
  if (bots === undefined) return report;
  const { p50, p99, max } = bots.gapMs;
  say(`gaps of the bots: p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms (${bots.reconnects} reconnects)`);
  return { ...report, bots };
}

function botsReport(lines: readonly string[]): FleetRollReport["bots"] {
  const json = lines.findLast((line) => line.startsWith("{"));
  if (json === undefined) return undefined;
  const { reconnects, gapMs } = JSON.parse(json) as Required<FleetRollReport>["bots"];
  return { reconnects, gapMs };
}

/** Waits until all bots play, because a roll proves something only under load. @throws Error when they do not come */
async function botsPlay({ command, nowMs, pause }: RunOptions, fleet: RunningFleet): Promise<void> {
  const endMs = nowMs() + playMsMax;
  for (;;) {
    const players = fleet.view().nodes.reduce((sum, { numbers }) => sum + (numbers?.players ?? 0), 0);
    if (players >= command.bots) return;
    if (nowMs() > endMs) throw new Error(`only ${players} of ${command.bots} bots play`);
    await pause(playEveryMs);
  }
}

/** Both the terminal that ordered the roll and that of the fleet show it. */
const tee = (one: (text: string) => void, other: (text: string) => void) => (text: string) => {
  one(text);
  other(text);
};

/** Refuses instead of waiting: two rolls at once would drain two nodes at once. */
function oneAtATime<Arguments extends readonly unknown[], Result>(
  action: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let busy = false;
  return async (...args) => {
    if (busy) throw new Error("the fleet is being rolled already");
    busy = true;
    try {
      return await action(...args);
    } finally {
      busy = false;
    }
  };
}
