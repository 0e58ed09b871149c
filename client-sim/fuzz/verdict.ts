/** Decides whether an attack had an effect that it must not have. Pure: it reads the records of a run. */

/**
 * V8 collects little garbage while there is room: four minutes of attack raised the heap by 150 MiB, of which a collection
 * left 17 MiB of compiled code and bounded caches. A leak per try soon exceeds this limit; slow leaks are found by the
 * soak.
 */
const heapGrowthMibMax = 256;
const descriptorsMoreMax = 8;
export const stoodStillMsMax = 250;

export interface Observed {
  readonly processEnds: number;
  readonly matchesLost: number;
  /** What was the server's own of the stalls of its event loop, where that is above the limit, in ms. */
  readonly stoodStillMs: readonly number[];
  /** What the honest players noticed. */
  readonly noticed: readonly string[];
  /** Wrong answers, in words. */
  readonly findings: readonly string[];
  readonly heapMib: { readonly before: number; readonly after: number };
  /** Undefined where the system does not report it. */
  readonly descriptors: { readonly before: number; readonly after: number } | undefined;
}

export interface Standstill {
  /** The longest stall of the server's event loop since the last look. */
  readonly stoodStillMs: number;
  /** For how long others had the processors meanwhile, although the server could have run; undefined: unknown. */
  readonly waitedMs: number | undefined;
  /** The longest stall of the process that watches. */
  readonly ownMs: number;
}

/** A server that was kept waiting by others did not stand still, and if the watcher stalled as well, the machine did. */
export function serversOwnMs({ stoodStillMs, waitedMs = 0, ownMs }: Standstill): number {
  return ownMs < stoodStillMsMax / 4 ? Math.max(0, stoodStillMs - waitedMs) : 0;
}

export interface FuzzVerdict {
  readonly ok: boolean;
  /** What is wrong, in words. */
  readonly wrongs: readonly string[];
}

export function verdictOn(observed: Observed): FuzzVerdict {
  const { processEnds, matchesLost, stoodStillMs, noticed, findings, heapMib, descriptors } = observed;
  const wrongs = [
    ...(processEnds > 0 ? [`the server's process ended ${processEnds} times`] : []),
    ...(matchesLost > 0 ? [`${matchesLost} matches of players who did nothing wrong are gone`] : []),
    ...stoodStillMs.map((ms) => `the server stood still for ${Math.round(ms)} ms`),
    ...noticed,
    ...findings,
  ];
  if (heapMib.after - heapMib.before > heapGrowthMibMax)
    wrongs.push(`the heap grew from ${Math.round(heapMib.before)} to ${Math.round(heapMib.after)} MiB`);
  if (descriptors !== undefined && descriptors.after - descriptors.before > descriptorsMoreMax)
    wrongs.push(`open descriptors grew from ${descriptors.before} to ${descriptors.after}`);
  return { ok: wrongs.length === 0, wrongs };
}
