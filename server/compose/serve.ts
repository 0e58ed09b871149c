/**
 * One server process from start to end: waits for its turn when it is the standby, starts the parts, reports to the
 * supervisor, and stops on request. ops/last-resort-table.ts decides what follows an uncaught error: where the state
 * of a match may be wrong the process dies, and its matches survive it.
 */

import { flushCompileCache } from "node:module";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { errorEntry } from "../../shared/wire/errors.ts";
import { hostAndPort, typedHost } from "../net/address.ts";
import { nowMs } from "../ops/clock.ts";
import { flushLog, openLog } from "../ops/log.ts";
import { exitWithParent, tellParent, waitForGo } from "../ops/parent.ts";
import { lastResortOf } from "../ops/process-errors.ts";
import { every } from "../ops/work.ts";
import { assertColyseusInternals } from "../room/colyseus-internals.ts";
import { sabotaged } from "../settings/config.ts";
import type { Config } from "../settings/settings.ts";
import { StoreError } from "../store-error.ts";
import type { RunningServer } from "./running-server.ts";
import { startRole } from "./start-role.ts";
import { warmUp } from "./warm-up.ts";

const statusEveryMs = 1000;
export async function serve(config: Config): Promise<void> {
  exitWithParent();
  const log = openLog(config.logLevel);
  const lastResort = lastResortOf(log);
  for (const name of sabotaged(config))
    log.error(
      { setting: name },
      "a sabotage setting is on, for a test: this server breaks a promise, and players may lose what they saw",
    );
  let server: RunningServer;
  try {
    // A standby does both while it waits, and not when players wait for it.
    assertColyseusInternals();
    const warmedUp = config.role === "standby" ? await warmUp(config, nowMs) : undefined;
    if (config.role === "standby") await waitForGo();
    server = await startRole(config, log, { warmedUp });
  } catch (error) {
    return refuseToStart(error as Error);
  }
  const stopStatus = every("status", statusEveryMs, () => tellParent({ type: "status", ...server.status() }));
  let stopped: Promise<void> | undefined;
  const stopOnce = async () => {
    stopStatus();
    await server.stop();
    await flushLog(log);
  };
  // A signal and the last resort may both request the stop: it happens once, and both wait for it.
  const stop = () => (stopped ??= stopOnce());
  lastResort.serving(stop);
  process.once("SIGTERM", () => {
    stop().then(
      () => process.exit(0),
      (error) => {
        log.fatal({ error }, "this server could not stop in order");
        process.exit(exitCodes.internal);
      },
    );
  });
  // Not earlier: a supervisor that gets this message may request the stop at once.
  const url = `http://${hostAndPort(typedHost(config.host), server.port)}`;
  const { matches } = server;
  log.info({ url, matches, role: config.role }, "server takes players");
  // A server without a supervisor prints its address on standard output.
  if (process.connected) tellParent({ type: "ready", url, pid: process.pid, matches });
  else console.log(`ready ${JSON.stringify({ url, pid: process.pid, matches })}`);
  // Node saves the cache when it exits, which a killed process does not. Without NODE_COMPILE_CACHE this does
  // nothing.
  flushCompileCache();
}

function refuseToStart(error: Error): never {
  const final = errorEntry((error as { code?: unknown }).code)?.ends === "badSetting";
  const where = error instanceof StoreError && error.where !== undefined ? ` (${error.where})` : "";
  process.stderr.write(`holdfast: ${error.message}${where}
`);
  if (!final) process.stderr.write(`${error.stack}\n`);
  process.exit(final ? exitCodes.badSetting : exitCodes.failed);
}
