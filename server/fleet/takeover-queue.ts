/**
 * Takes over this node's share of the matches without an owner: hottest first, a few at a time. It owns the takeovers
 * in progress and their order. orphans.ts knows the orphans, and failover.ts decides which belong to this node.
 */

import { type Orphan, takeovers } from "./failover.ts";
import type { NodeEntry } from "./node-registry.ts";
import { type Fleet, type OrphanLimits, Orphans } from "./orphans.ts";
import type { CatalogueMatch, Clock, LogLine, Matches } from "./ports.ts";

export interface TakeoverLimits {
  /** The second choice for a match waits this long for the first, the third twice as long. */
  readonly rankStepMs: number;
  /**
   * More than one, so that one match is read while another is replayed. Few, because a replay uses the processor:
   * many at once are all late, while of a few at once the first are open before the last have begun.
   */
  readonly restoresAtOnce: number;
  /** A match that could not be opened here is tried again after this time. */
  readonly retryMs: number;
  readonly orphans: OrphanLimits;
}

export interface TakeoverQueueParts {
  readonly matches: Pick<Matches, "hosts" | "takeOver">;
  readonly fleet: () => Fleet;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly limits: TakeoverLimits;
  /** Whether this node may take matches now. */
  readonly mayTakeOver: () => boolean;
  /** Gets the time since the match was first seen without an owner. */
  readonly onTakenOver: (id: string, afterMs: number) => void;
}

export class TakeoverQueue {
  readonly #parts: TakeoverQueueParts;
  readonly #orphans: Orphans;
  /** What this node may claim now, hottest first. */
  #share: readonly Orphan[] = [];
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(parts: TakeoverQueueParts) {
    this.#parts = parts;
    this.#orphans = new Orphans(parts.limits.orphans);
  }

  /** How many takeovers are in progress. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Resolves when no takeover is in progress. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** The node with this entry left the registry. */
  remember(entry: NodeEntry): void {
    this.#orphans.remember(entry);
  }

  /** Updates the orphans from a read of the catalogue. */
  update(running: readonly CatalogueMatch[]): void {
    this.#orphans.update(running, this.#parts.fleet(), this.#parts.clock.nowMs());
    this.shareOut();
  }

  /** Decides by the present registry which orphans are this node's, and starts the first few. */
  shareOut(): void {
    this.#share = [];
    if (this.#orphans.count === 0 || !this.#parts.mayTakeOver()) return;
    const { clock, limits, fleet } = this.#parts;
    const { nodes, self } = fleet();
    const nowMs = clock.nowMs();
    const orphans = this.#orphans.open(fleet(), nowMs);
    this.#share = takeovers({ orphans, nodes, self, nowMs, rankStepMs: limits.rankStepMs });
    this.#startNext();
  }

  #startNext(): void {
    if (!this.#parts.mayTakeOver()) return;
    for (const orphan of this.#share) {
      if (this.#underWay.size >= this.#parts.limits.restoresAtOnce) return;
      if (this.#underWay.has(orphan.id) || this.#parts.matches.hosts(orphan.id)) continue;
      this.#underWay.set(orphan.id, this.#takeOver(orphan));
    }
  }

  async #takeOver({ id, epoch, sinceMs }: Orphan): Promise<void> {
    const { matches, clock, onTakenOver } = this.#parts;
    try {
      const outcome = await matches.takeOver({ id, epoch });
      if (outcome.kind === "restored" || outcome.kind === "lost-race") this.#orphans.forget(id);
      else if (outcome.kind === "left") this.#refuse(id, outcome.reason);
      // Nobody can read the match: the catalogue no longer lists it as running, and its node has logged why.
      else this.#orphans.forget(id);
      if (outcome.kind === "restored") onTakenOver(id, clock.nowMs() - sinceMs);
    } catch (error) {
      this.#refuse(id, (error as Error).message);
    } finally {
      this.#underWay.delete(id);
      this.#share = this.#share.filter((each) => each.id !== id);
      this.#startNext();
    }
  }

  #refuse(id: string, reason: string): void {
    const { clock, limits, log } = this.#parts;
    const isNew = this.#orphans.refuse(id, { reason, untilMs: clock.nowMs() + limits.retryMs });
    if (isNew)
      log("a match could not be opened here; the other nodes may take it, and this node tries again", {
        match: id,
        reason,
      });
  }
}
