/**
 * Brings matches without an owner back to this node: its share of them, hottest first, a few at a time. It owns
 * what is under way and what comes next; which matches are orphans, orphans.ts knows, and which of them are this
 * node's, failover.ts decides.
 */

import { type Orphan, takeovers } from "./failover.ts";
import type { NodeEntry } from "./node-registry.ts";
import { type Fleet, type OrphanLimits, Orphans } from "./orphans.ts";
import type { CatalogueMatch, Clock, LogLine, Matches } from "./ports.ts";

export interface TakeoverLimits {
  /** The second choice for a match waits this long for the first, the third twice as long. */
  readonly rankStepMs: number;
  /**
   * More than one, so that one is read while another one is replayed. Few, because a replay takes the processor: of
   * many at once all are late, of few at once the first ones are open while the last ones wait.
   */
  readonly restoresAtOnce: number;
  /** A match that could not be opened here is tried again after this. */
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
  /** How long after it was seen without an owner. */
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

  /** Matches that are on their way here. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Resolves when none is on its way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** The node left the registry. */
  remember(entry: NodeEntry): void {
    this.#orphans.remember(entry);
  }

  /** What the catalogue shows now. */
  update(running: readonly CatalogueMatch[]): void {
    this.#orphans.update(running, this.#parts.fleet(), this.#parts.clock.nowMs());
    this.shareOut();
  }

  /** With the registry as it is now: decides which orphans are this node's, and begins with the first few. */
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
      // Nobody can read it: it is no longer in the catalogue's running ones, and its node has said why.
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
      log("a match is not opened here; it is offered to the others, and tried again", { match: id, reason });
  }
}
