/**
 * The log: JSON lines on standard error, through pino. Writes do not block the tick; what a slow reader of
 * standard error leaves lying is bounded, and beyond the bound lines are dropped. A normal exit flushes.
 */
import { destination, type Logger, pino, stdSerializers } from "pino";
import { printable } from "./printable.ts";

const bufferedBytesMax = 1024 * 1024;

export type Log = Logger;

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** Resolves when every line so far was written; before an exit, which would cut off a write under way. */
export function flushLog(log: Log): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()));
}

/**
 * No host name in a line: it says nothing on one machine, and in a fleet the collector knows it.
 * @param sync a line is written before the call returns: for the last one
 */
export function openLog(level: LogLevel, { sync = false } = {}): Log {
  const stderr = destination({ dest: 2, sync, maxLength: bufferedBytesMax });
  // A closed or full pipe must not take the matches down. There is nobody left to tell.
  stderr.on("error", () => {});
  // Errors are logged under `error`; without a serialiser only their code would be seen.
  const serializers = { error: stdSerializers.err };
  return pino({ level, base: { pid: process.pid }, timestamp: isoTime, serializers }, stderr);
}

const isoTime = () => `,"time":"${new Date().toISOString()}"`;

const levelWords: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};

/** A line of the log for a person at a terminal; anything else (a crash's stack) comes back as it is. */
export function readableLogLine(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const { level, time, pid: _pid, msg, err, ...rest } = JSON.parse(line);
    const word = levelWords[level];
    if (word === undefined || typeof time !== "string") return line;
    const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${printable(JSON.stringify(value))}`);
    const stack = err?.stack ? `\n${err.stack}` : "";
    return `${time.slice(11, 19)} ${word.padEnd(5)} ${printable(String(msg ?? ""))}${fields.join("")}${stack}`;
  } catch {
    return line;
  }
}
