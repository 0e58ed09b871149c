/**
 * Watches a failover from outside: which matches a dead node had, and when the last of them runs on another
 * node. It only watches; the nodes themselves move the matches.
 */
import type { SteadyClock } from "../shared/clock.ts";
import type { MatchInfo } from "../shared/wire/api.ts";

/** Not more often: the matchmaker is busy with the players at that moment. */
const lookEveryMs = 100;
export const failoverMsMax = 15_000;

export interface FailoverWatchOptions {
  /** Name of the dead node's place; each start of a node adds letters to it. */
  readonly node: string;
  /** The matches as last seen before the death. */
  readonly before: readonly MatchInfo[];
  readonly matches: () => Promise<readonly MatchInfo[]>;
  readonly nowMs: SteadyClock;
  readonly pause: (ms: number) => Promise<void>;
}

export interface Failover {
  readonly matches: number;
  /** Undefined when one of them was not seen elsewhere in time. */
  readonly ms: number | undefined;
}

/** @returns undefined when the node had no matches */
export async function watchFailover(options: FailoverWatchOptions): Promise<Failover | undefined> {
  const { node, before, matches, nowMs, pause } = options;
  const startedMs = nowMs();
  const orphans = before.filter((match) => match.node.startsWith(`${node}.`));
  if (orphans.length === 0) return undefined;
  const dead = new Set(orphans.map((match) => match.node));
  while (nowMs() - startedMs < failoverMsMax) {
    // No list when no matchmaker answers; it is asked again.
    const now = await matches().catch(() => []);
    const alive = new Set(now.filter((match) => !dead.has(match.node)).map(({ id }) => id));
    if (orphans.every(({ id }) => alive.has(id))) {
      return { matches: orphans.length, ms: nowMs() - startedMs };
    }
    await pause(lookEveryMs);
  }
  return { matches: orphans.length, ms: undefined };
}
