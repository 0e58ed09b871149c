/**
 * One match moves to another node: it freezes, everything durable; the target claims the next epoch and opens it;
 * its clients are sent there. Until the target's answer it is here, and when none comes it goes on here: if the
 * target has it all the same, the store refuses the next record, and the match ends here by that.
 */

import { ranking } from "./failover.ts";
import type { HostedMatch, RegisteredNode } from "./node-registry.ts";
import { formatsOf } from "./placement.ts";
import type { Clock, LogLine, Matches, Peers } from "./ports.ts";

export interface MigrationLimits {
  /** For the ticks of a frozen match to become durable. */
  readonly freezeMsMax: number;
  /** For the target to open it. */
  readonly takeMsMax: number;
}

export interface MigrationParts {
  readonly matches: Pick<Matches, "freeze" | "resume" | "movedAway">;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly limits: MigrationLimits;
}

/** Milliseconds from the freeze to the target's answer; undefined when the match goes on here. */
export async function migrated(
  { matches, peers, clock, log, limits }: MigrationParts,
  id: string,
  target: RegisteredNode,
): Promise<number | undefined> {
  const { address, node } = target.entry;
  const startedMs = clock.nowMs();
  const { freezeMsMax, takeMsMax } = limits;
  try {
    const frozen = await matches.freeze(id, freezeMsMax);
    if (frozen === undefined) throw new Error(`it could not be stopped within ${freezeMsMax} ms`);
    const answer = await peers.offer(address, { id, epoch: frozen.epoch }, takeMsMax);
    if (!answer.ok) throw new Error(answer.reason);
  } catch (error) {
    log("a match could not be moved; it goes on here", { match: id, to: node, error });
    matches.resume(id);
    return undefined;
  }
  matches.movedAway(id);
  return clock.nowMs() - startedMs;
}

export interface TargetQuestion {
  readonly nodes: readonly RegisteredNode[];
  /** Who gives it away. */
  readonly self: string;
  /** Nodes that did not take it, the latest last. */
  readonly refusedBy: readonly string[];
}

/**
 * The same ranking as after a crash, so that the matches of one node spread over the others before these can
 * have measured what came. A node that failed is asked again when no other is left.
 */
export function migrationTarget(
  match: Pick<HostedMatch, "id" | "game" | "version">,
  { nodes, self, refusedBy }: TargetQuestion,
): RegisteredNode | undefined {
  const willing = ranking({ ...match, formats: formatsOf(nodes, self) }, nodes)
    .map((node) => nodes.find(({ entry }) => entry.node === node)!)
    .filter(({ entry }) => entry.node !== self && !entry.load.full);
  const refusedAt = ({ entry }: RegisteredNode) => refusedBy.lastIndexOf(entry.node);
  return willing.toSorted((a, b) => refusedAt(a) - refusedAt(b))[0];
}
