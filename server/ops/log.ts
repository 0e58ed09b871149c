/**
 * The log: JSON lines on standard error, through pino. Writes do not block the tick. What a slow reader of standard
 * error has not taken is bounded, and beyond the limit lines are dropped. A normal exit flushes.
 */
import { destination, type Logger, pino, stdSerializers } from "pino";
import { printable } from "./printable.ts";

const bufferedBytesMax = 1024 * 1024;

export type Log = Logger;

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** Resolves when every line so far is written. Call it before an exit, which would cut off a pending write. */
export function flushLog(log: Log): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()));
}

/**
 * Lines have no host name: it is useless on one machine, and in a fleet the collector knows it.
 * @param sync a line is written before the call returns, as the last line must be
 */
export function openLog(level: LogLevel, { sync = false } = {}): Log {
  const stderr = destination({ dest: 2, sync, maxLength: bufferedBytesMax });
  // A closed or full pipe must not end the matches, and there is no other place to report it.
  stderr.on("error", () => {});
  // Errors are logged under `error`; without a serialiser only their code would appear.
  const serializers = { error: readableError };
  return pino({ level, base: { pid: process.pid }, timestamp: isoTime, serializers }, stderr);
}

/** Whatever was thrown: a handler or a library may throw what cannot be looked at, and the line about it must not throw too. */
function readableError(error: unknown): unknown {
  try {
    return stdSerializers.err(error as Error);
  } catch {
    return { type: "Error", message: "what was thrown cannot be shown" };
  }
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

/** A log line for a person at a terminal; anything else (a crash's stack) is returned unchanged. */
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
