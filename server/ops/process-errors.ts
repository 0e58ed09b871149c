/** The last resort of this process, joined to it: its two handlers, its clock, its exit. Call once, first thing. */
import { LastResort } from "./last-resort.ts";
import { type Log, type LogLevel, openLog } from "./log.ts";

/** Ten frames end before the tick or the commit that an error came through. */
const framesMax = 30;

export function lastResortOf(log: Log): LastResort {
  Error.stackTraceLimit = framesMax;
  // A write under way would be cut off by the exit.
  const lastLog = openLog(log.level as LogLevel, { sync: true });
  const lastResort = new LastResort({
    log: {
      error: (details, message) => log.error(details, message),
      fatal: (details, message) => lastLog.fatal(details, message),
    },
    root: new URL("../../", import.meta.url).href,
    nowMs: () => performance.now(),
    exit: (code) => process.exit(code),
    lastWords: (text) => void process.stderr.write(`holdfast: ${text}\n`),
  });
  process.on("uncaughtException", (error) => lastResort.uncaught(error));
  process.on("unhandledRejection", (error) => lastResort.uncaught(error));
  return lastResort;
}
