/** Connects the last resort to this process: its two handlers, its clock, its exit. Call it once, first of all. */
import { LastResort } from "./last-resort.ts";
import { type Log, type LogLevel, openLog } from "./log.ts";

/** Ten frames would end before the tick or the commit that an error passed through. */
const framesMax = 30;

export function lastResortOf(log: Log): LastResort {
  Error.stackTraceLimit = framesMax;
  // The exit would cut off a pending write.
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
