/** Waiting with a bound for something that only shows when one looks. */
import { setTimeout as pause } from "node:timers/promises";

const lookEveryMs = 10;

export interface Wait {
  readonly msMax: number;
  readonly signal: AbortSignal;
}

/** @returns whether it came about in time: what follows from a no is for the verdict. @throws when interrupted */
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
