/**
 * The only place where this server sets a timer for a calculated time. Node accepts at most 2^31 - 1 ms and treats
 * anything longer as 1 ms, so that a timer of 30 days would fire all the time: here it waits in pieces.
 */
import assert from "node:assert/strict";

const timerMsMax = 2 ** 31 - 1;

/**
 * Runs once after this many ms of the monotonic clock; `Infinity` means never.
 * @returns a function that cancels it
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
