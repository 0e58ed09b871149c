/**
 * Keeps what one kind of line may write in a minute: clients can cause as many as they like. What was left out is
 * counted, and said with the next line.
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
