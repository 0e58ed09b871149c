/**
 * Decides what follows the death of a supervised process: start it again, after how long, or give up. Pure:
 * the history of deaths in, the decision out. Only deaths right after the start count against a process; one
 * that ran for a while is started again without a growing wait, however often that happens.
 */
export interface Death {
  readonly atMs: number;
  /** Absent when it died before it was ready. */
  readonly readyAtMs?: number;
}

export interface RestartLimits {
  /** Wait before the first, second, … restart in a row; when they are used up, it is over. */
  readonly backoffMs: readonly number[];
  /** A death earlier than this after ready counts as instant. */
  readonly settledMs: number;
  /** Wait before the restart of one that had run for a while; default none. */
  readonly calmMs?: number;
}

export type Restart =
  | { readonly kind: "restart"; readonly afterMs: number }
  | { readonly kind: "give-up"; readonly instantDeaths: number }
  /** It said itself that no restart helps: a setting is wrong. Its last words say which. */
  | { readonly kind: "final" };

export const restartLimits: RestartLimits = { backoffMs: [0, 250, 500, 1000, 2000], settledMs: 2000 };

/** @param deaths of one process, oldest first, the one to answer for included */
export function nextRestart(
  deaths: readonly Death[],
  limits: RestartLimits = restartLimits,
): Exclude<Restart, { kind: "final" }> {
  const instantDeaths = deaths.length - 1 - deaths.findLastIndex((death) => !isInstant(death, limits));
  if (instantDeaths === 0) return { kind: "restart", afterMs: limits.calmMs ?? 0 };
  const afterMs = limits.backoffMs[instantDeaths - 1];
  return afterMs === undefined ? { kind: "give-up", instantDeaths } : { kind: "restart", afterMs };
}

function isInstant({ atMs, readyAtMs }: Death, limits: RestartLimits): boolean {
  return readyAtMs === undefined || atMs - readyAtMs < limits.settledMs;
}
