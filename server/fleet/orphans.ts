/**
 * The matches without an owner, as one node sees them: since when, why, how many players they had, and which of them
 * this node could not open. It keeps no more entries than the catalogue has matches. failover.ts decides which node
 * takes which orphan.
 */

import type { SteadyMs } from "../../shared/clock.ts";
import type { Orphan } from "./failover.ts";
import type { NodeEntry, RegisteredNode } from "./node-registry.ts";
import type { CatalogueMatch } from "./ports.ts";

export interface OrphanLimits {
  /** For our own match that is not here: that is normal while it is created or moves here. */
  readonly ownGraceMs: number;
  /** For a match that a living node owns but does not show: the node may be restoring it. Longer than any restore. */
  readonly strandedGraceMs: number;
}

/**
 * gone: its node is not in the registry. own: this node owns it and does not run it (an answer was lost). stranded:
 * its node is alive and does not run it, because it could not open it.
 */
export type WhyOwnerless = "gone" | "own" | "stranded";

export interface Fleet {
  readonly nodes: readonly RegisteredNode[];
  readonly self: string;
  /** Whether the match runs here. */
  readonly hosts: (id: string) => boolean;
}

/** @returns undefined when the match has an owner */
export function whyOwnerless(match: CatalogueMatch, fleet: Fleet): WhyOwnerless | undefined {
  return whyWithoutOwner(match, fleet, shownEpochs(fleet.nodes));
}

function whyWithoutOwner(
  { id, node, epoch }: CatalogueMatch,
  { nodes, self, hosts }: Fleet,
  shown: ReadonlyMap<string, number>,
): WhyOwnerless | undefined {
  // The catalogue may have been read before the match was taken over.
  if (hosts(id) || (shown.get(id) ?? 0) >= epoch) return undefined;
  if (node === self) return "own";
  return nodes.some(({ entry }) => entry.node === node) ? "stranded" : "gone";
}

/** The highest epoch that any entry shows for each match. */
function shownEpochs(nodes: readonly RegisteredNode[]): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const { entry } of nodes) {
    for (const { id, epoch } of entry.matches) shown.set(id, Math.max(epoch, shown.get(id) ?? 0));
  }
  return shown;
}

interface KnownOrphan {
  readonly match: CatalogueMatch;
  readonly why: WhyOwnerless;
  /** When it was first seen without an owner, plus its grace. */
  readonly sinceMs: number;
}

interface TakeoverRefusal {
  readonly reason: string;
  readonly untilMs: number;
}

export class Orphans {
  readonly #limits: OrphanLimits;
  #known = new Map<string, KnownOrphan>();
  /** Connected players, as the owner announced last before it left the registry. */
  readonly #players = new Map<string, number>();
  readonly #refusals = new Map<string, TakeoverRefusal>();

  constructor(limits: OrphanLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#known.size;
  }

  /** The node left the registry: the players in its matches decide which are taken over first. */
  remember({ matches }: NodeEntry): void {
    for (const { id, players } of matches) this.#players.set(id, players);
  }

  /** Updates the orphans from a read of the catalogue. */
  update(running: readonly CatalogueMatch[], fleet: Fleet, nowMs: SteadyMs): void {
    const known = new Map<string, KnownOrphan>();
    const shown = shownEpochs(fleet.nodes);
    for (const match of running) {
      const why = whyWithoutOwner(match, fleet, shown);
      if (why === undefined) continue;
      const before = this.#known.get(match.id);
      const isSame = before?.why === why && before.match.epoch === match.epoch;
      const sinceMs = isSame ? before.sinceMs : nowMs + this.#graceMs(why);
      known.set(match.id, { match, why, sinceMs });
    }
    this.#known = known;
    for (const remembered of [this.#players, this.#refusals]) {
      for (const id of remembered.keys()) if (!known.has(id)) remembered.delete(id);
    }
  }

  /** The orphans that this node may claim now. */
  open(fleet: Fleet, nowMs: SteadyMs): readonly Orphan[] {
    const shown = shownEpochs(fleet.nodes);
    return [...this.#known.values()]
      .filter(({ match, why, sinceMs }) => {
        const isRefused = (this.#refusals.get(match.id)?.untilMs ?? Number.NEGATIVE_INFINITY) > nowMs;
        // Checked again: since the catalogue was read, the match may have come here, or its owner may have shown it.
        return sinceMs <= nowMs && !isRefused && whyWithoutOwner(match, fleet, shown) === why;
      })
      .map(({ match: { node: _, ...match }, sinceMs }) => {
        return { ...match, sinceMs, players: this.#players.get(match.id) ?? 0 };
      });
  }

  /** The match has an owner, or had one a moment ago: only the catalogue makes it an orphan again. */
  forget(id: string): void {
    this.#known.delete(id);
    this.#players.delete(id);
    this.#refusals.delete(id);
  }

  /** This node could not open the match. @returns whether that is new, for the log */
  refuse(id: string, refusal: TakeoverRefusal): boolean {
    const before = this.#refusals.get(id);
    this.#refusals.set(id, refusal);
    return before?.reason !== refusal.reason;
  }

  #graceMs(why: WhyOwnerless): number {
    if (why === "gone") return 0;
    return why === "own" ? this.#limits.ownGraceMs : this.#limits.strandedGraceMs;
  }
}
