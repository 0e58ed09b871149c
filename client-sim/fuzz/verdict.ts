/** What an attack may not bring about, and whether it did. Pure: it reads what was written down. */

/**
 * V8 leaves garbage lying while there is room: four minutes of attack lifted the heap by 150 MiB, of which a collection
 * left 17, for compiled code and caches with bounds. A leak of what came with each try is larger than this soon; slow
 * ones are the soak's.
 */
const heapGrowthMibMax = 256;
const descriptorsMoreMax = 8;
export const stoodStillMsMax = 250;

export interface Observed {
  readonly processEnds: number;
  readonly matchesLost: number;
  /** Each time that the server's event loop stood still longer than allowed while this process did not, in ms. */
  readonly stoodStillMs: readonly number[];
  /** What players who did nothing wrong noticed. */
  readonly noticed: readonly string[];
  /** Wrong answers, in words. */
  readonly findings: readonly string[];
  readonly heapMib: { readonly before: number; readonly after: number };
  /** Undefined where the system does not tell. */
  readonly descriptors: { readonly before: number; readonly after: number } | undefined;
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
