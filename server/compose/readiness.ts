/** Whether a process takes players, for /readyz. It does not while something that it depends on does not answer. */
import type { MayBeAway } from "../store-error.ts";

/** Longer than one late answer, and than a quick restart of Redis. */
const awayMsMin = 3000;

export interface OwnState {
  readonly stopping: boolean;
  /** Why this process' matches cannot be written. */
  readonly trouble?: Error | undefined;
}

/** @returns why the process takes no players, without addresses; undefined when it does */
export function notReady(
  { stopping, trouble }: OwnState,
  needed: readonly (MayBeAway | undefined)[],
): string | undefined {
  if (stopping) return "stopping";
  return trouble?.message ?? awayReason(needed);
}

/** A short outage is no reason. */
export function awayReason(needed: readonly (MayBeAway | undefined)[]): string | undefined {
  const [worst] = needed
    .flatMap((each) => each?.away ?? [])
    .filter(({ ms }) => ms >= awayMsMin)
    .sort((a, b) => b.ms - a.ms);
  return worst && `Redis does not answer for ${Math.floor(worst.ms / 1000)} s: ${worst.why}`;
}
