/**
 * Decides what follows the death of a supervised process: restart it, after which delay, or give up. Pure: it maps
 * the history of deaths to a decision. Only deaths right after the start count against a process; one that ran for a
 * while is restarted without a growing delay, however often it dies.
 */
export interface Death {
  readonly atMs: number;
  /** Absent when it died before it was ready. */
  readonly readyAtMs?: number;
}

export interface RestartLimits {
  /** Delay before the first, second, … restart in a row; when they are used up, it gives up. */
  readonly backoffMs: readonly number[];
  /** A death earlier than this after ready counts as instant. */
  readonly settledMs: number;
  /** Delay before the restart of a process that ran for a while; default none. */
  readonly calmMs?: number;
}

export type Restart =
  | { readonly kind: "restart"; readonly afterMs: number }
  | { readonly kind: "give-up"; readonly instantDeaths: number }
  /** The process said that no restart helps: a setting is wrong. Its last lines say which. */
  | { readonly kind: "final" };

export const restartLimits: RestartLimits = { backoffMs: [0, 250, 500, 1000, 2000], settledMs: 2000 };

/** @param deaths of one process, oldest first, including the latest */
export function nextRestart(
  deaths: readonly Death[],
  limits: RestartLimits = restartLimits,
): Exclude<Restart, { kind: "final" }> {
  const instantDeaths = deaths.length - 1 - deaths.findLastIndex((death) => !isInstant(death, limits));
  if (instantDeaths === 0) return { kind: "restart", afterMs: limits.calmMs ?? 0 };
  const afterMs = limits.backoffMs[instantDeaths - 1];
  return afterMs === undefined ? { kind: "give-up", instantDeaths } : { kind: "restart", afterMs };
}

/** Adds a death to the earlier ones of a process. `deaths` keeps no more of them than decisions need. */
export function afterDeath(
  earlier: readonly Death[],
  death: Death,
  limits: RestartLimits = restartLimits,
): { readonly deaths: readonly Death[]; readonly next: ReturnType<typeof nextRestart> } {
  const deaths = [...earlier, death].slice(-limits.backoffMs.length - 1);
  return { deaths, next: nextRestart(deaths, limits) };
}

function isInstant({ atMs, readyAtMs }: Death, limits: RestartLimits): boolean {
  return readyAtMs === undefined || atMs - readyAtMs < limits.settledMs;
}
