/**
 * The one place where this server sets a timer for a time that was calculated. Node takes at most 2^31 - 1 ms and
 * makes 1 ms of anything longer, so that a timer of 30 days would run all the time: here it waits in pieces.
 */
import assert from "node:assert/strict";

export const timerMsMax = 2 ** 31 - 1;

/**
 * Runs once after so many ms by the monotonic clock; `Infinity` is never.
 * @returns how to call it off
 */
export function later(ms: number, run: () => void): () => void {
  assert(!Number.isNaN(ms), "a timer of NaN ms");
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number) => {
    const pieceMs = Math.min(leftMs, timerMsMax);
    timer = setTimeout(() => (leftMs > pieceMs ? wait(leftMs - pieceMs) : run()), pieceMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
