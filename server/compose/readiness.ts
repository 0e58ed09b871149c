/** Whether a process takes players, for /readyz: it does not while what it needs from outside does not answer. */
import type { MayBeAway } from "../store-error.ts";

/** Longer than one answer that came too late, and than a restart of Redis that is no trouble. */
const awayMsMin = 3000;

export interface OwnState {
  readonly stopping: boolean;
  /** Why its matches cannot be written. */
  readonly trouble?: Error | undefined;
}

/** @returns why it takes no players, without an address; undefined when it does */
export function notReady(
  { stopping, trouble }: OwnState,
  needed: readonly (MayBeAway | undefined)[],
): string | undefined {
  if (stopping) return "stopping";
  return trouble?.message ?? awayReason(needed);
}

/** A moment without it is no reason. */
export function awayReason(needed: readonly (MayBeAway | undefined)[]): string | undefined {
  const [worst] = needed
    .flatMap((each) => each?.away ?? [])
    .filter(({ ms }) => ms >= awayMsMin)
    .sort((a, b) => b.ms - a.ms);
  return worst && `Redis does not answer for ${Math.floor(worst.ms / 1000)} s: ${worst.why}`;
}
