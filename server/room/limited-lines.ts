/**
 * Limits how many log lines of one kind are written per minute, because clients can cause any number. Suppressed
 * lines are counted, and the next line reports the count.
 */
import type { SteadyClock } from "../../shared/clock.ts";
export type WriteLine = (message: string, details: object) => void;

const windowMs = 60_000;

export function limitedLines(
  write: WriteLine,
  { linesPerMinuteMax, nowMs }: { linesPerMinuteMax: number; nowMs: SteadyClock },
): WriteLine {
  let written = 0;
  let leftOut = 0;
  let endsMs = Number.NEGATIVE_INFINITY;
  return (message, details) => {
    const atMs = nowMs();
    if (atMs >= endsMs) {
      endsMs = atMs + windowMs;
      written = 0;
    }
    if (written >= linesPerMinuteMax) {
      leftOut += 1;
      return;
    }
    written += 1;
    write(message, leftOut === 0 ? details : { ...details, leftOut });
    leftOut = 0;
  };
}
