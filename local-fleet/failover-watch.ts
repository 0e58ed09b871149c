/**
 * Sees from outside how a failover goes: which matches a dead node had, and when the last of them runs on another
 * one. It only looks; that the matches move is the nodes' own work.
 */
import type { SteadyClock } from "../shared/clock.ts";
import type { MatchInfo } from "../shared/wire/api.ts";

/** The matchmaker that is asked has players to show the way at that moment. */
const lookEveryMs = 100;
export const failoverMsMax = 15_000;

export interface FailoverWatchOptions {
  /** Name of the dead node's place; each start of it has letters of its own behind it. */
  readonly node: string;
  /** As last seen before the death. */
  readonly before: readonly MatchInfo[];
  readonly matches: () => Promise<readonly MatchInfo[]>;
  readonly nowMs: SteadyClock;
  readonly pause: (ms: number) => Promise<void>;
}

export interface Failover {
  readonly matches: number;
  /** Undefined: one of them was not seen elsewhere in time. */
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
    // Between two owners, or when no matchmaker answers: not yet.
    const now = await matches().catch(() => []);
    const alive = new Set(now.filter((match) => !dead.has(match.node)).map(({ id }) => id));
    if (orphans.every(({ id }) => alive.has(id))) {
      return { matches: orphans.length, ms: nowMs() - startedMs };
    }
    await pause(lookEveryMs);
  }
  return { matches: orphans.length, ms: undefined };
}
