/**
 * Empties a node: every match moves to another one with its clients attached. A match stands still from the
 * freeze until the target has opened it, so only few move at a time, and each at once. What no node takes goes on
 * here and is offered again; what is left at the end, failover brings.
 */
import type { HostedMatch, Listed } from "./directory.ts";
import { candidates, placement } from "./placement.ts";
import type { Clock, Log, Matches, Peers } from "./ports.ts";

export interface DrainLimits {
  readonly movesAtOnce: number;
  /** For the ticks of a frozen match to become durable. */
  readonly freezeMsMax: number;
  /** For the target to open it. */
  readonly takeMsMax: number;
  /** Between two offers when nobody took a match. */
  readonly retryMs: number;
  readonly drainMsMax: number;
  /** With no other node that takes matches of the game, full or not, it is no use to wait any longer than this. */
  readonly aloneMsMax: number;
}

export const drainLimits: DrainLimits = {
  movesAtOnce: 2,
  freezeMsMax: 2000,
  takeMsMax: 3000,
  retryMs: 200,
  drainMsMax: 30_000,
  aloneMsMax: 1000,
};

export interface DrainParts {
  readonly matches: Pick<Matches, "hosted" | "freeze" | "resume" | "giveUp">;
  readonly peers: Peers;
  readonly board: () => readonly Listed[];
  /** Who drains. */
  readonly self: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: DrainLimits;
}

export interface DrainReport {
  readonly moved: readonly MovedMatch[];
  /** Matches that no node took. */
  readonly left: readonly string[];
}

export interface MovedMatch {
  readonly id: string;
  readonly to: string;
  /** From the freeze to the target's answer. */
  readonly stillMs: number;
}

export async function drained(parts: DrainParts): Promise<DrainReport> {
  const { matches, limits, clock } = parts;
  const untilMs = clock.nowMs() + limits.drainMsMax;
  let companyMs = clock.nowMs();
  const moved: MovedMatch[] = [];
  const moveNext = async (): Promise<void> => {
    for (;;) {
      const next = matches.hosted().find(({ id }) => !underWay.has(id));
      if (next === undefined || clock.nowMs() >= untilMs) return;
      if (hasCompany(parts, next)) companyMs = clock.nowMs();
      else if (clock.nowMs() - companyMs >= limits.aloneMsMax) return;
      underWay.add(next.id);
      const result = await migrated(parts, next).finally(() => underWay.delete(next.id));
      if (result !== undefined) moved.push(result);
      else await new Promise<void>((resolve) => clock.later(resolve, limits.retryMs));
    }
  };
  const underWay = new Set<string>();
  await Promise.all(Array.from({ length: limits.movesAtOnce }, moveNext));
  return { moved, left: matches.hosted().map(({ id }) => id) };
}

function hasCompany({ board, self }: DrainParts, { game, version }: HostedMatch): boolean {
  return candidates(board(), { game, version, avoid: new Set([self]) }).length > 0;
}

/** One migration; undefined when the match goes on here. */
async function migrated(
  parts: DrainParts,
  { id, game, version }: HostedMatch,
): Promise<MovedMatch | undefined> {
  const { matches, peers, board, self, clock, log, limits } = parts;
  const target = placement(board(), { game, version, avoid: new Set([self]) });
  if (target === undefined) return undefined;
  const { address, node } = target.card;
  const startedMs = clock.nowMs();
  const frozen = await matches.freeze(id, limits.freezeMsMax);
  if (frozen === undefined) {
    matches.resume(id);
    return undefined;
  }
  const answer = await peers
    .take(address, { id, epoch: frozen.epoch }, limits.takeMsMax)
    .catch((error: Error) => ({ ok: false as const, reason: error.message }));
  if (answer.ok) {
    matches.giveUp(id);
    return { id, to: node, stillMs: clock.nowMs() - startedMs };
  }
  // The target may have it all the same, its answer lost: then the next append is refused, and the clients are
  // sent there.
  log("a match could not be moved; it goes on here", { match: id, to: node, reason: answer.reason });
  matches.resume(id);
  return undefined;
}
