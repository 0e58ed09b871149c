/** Polls for a condition, with a time limit. */
import { setTimeout as pause } from "node:timers/promises";

const lookEveryMs = 10;

export interface Wait {
  readonly msMax: number;
  readonly signal: AbortSignal;
}

/** @returns whether the condition was met in time; the verdict judges a failure. @throws when interrupted */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { msMax, signal }: Wait,
): Promise<boolean> {
  const endMs = performance.now() + msMax;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= endMs) return false;
    await pause(lookEveryMs, undefined, { signal });
  }
}
