/**
 * Moves one match to another node: it freezes with everything durable, the target claims the next epoch and opens it,
 * and its clients are sent there. Until the target answers the match belongs here, and without an answer it continues
 * here. If the target has it nevertheless, the store refuses our next record, which ends the match here.
 */

import { ranking } from "./failover.ts";
import type { HostedMatch, RegisteredNode } from "./node-registry.ts";
import { formatsOf } from "./placement.ts";
import type { Clock, LogLine, Matches, Peers } from "./ports.ts";

export interface MigrationLimits {
  /** The time for a frozen match's ticks to become durable. */
  readonly freezeMsMax: number;
  /** The time for the target to open it. */
  readonly takeMsMax: number;
}

export interface MigrationParts {
  readonly matches: Pick<Matches, "freeze" | "resume" | "movedAway">;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly limits: MigrationLimits;
}

/** Milliseconds from the freeze to the target's answer; undefined when the match continues here. */
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
  /** The name of the node that moves it away. */
  readonly self: string;
  /** Nodes that refused it, the latest last. */
  readonly refusedBy: readonly string[];
}

/**
 * Uses the same ranking as after a crash, so that one node's matches spread over the others before their loads show
 * it. A node that refused is asked again when no other is left.
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
