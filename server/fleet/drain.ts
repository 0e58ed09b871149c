/**
 * Empties a node: every match moves to another node with its clients attached. A match stands still from the freeze
 * until the target has opened it, so only a few move at a time, each without delay. A match that no node takes
 * continues here and is offered again; failover moves what is left at the end. The offers are not those of offers.ts:
 * between two of them a match must run, and others get their turn.
 */

import { type FleetMetrics, noFleetMetrics } from "./fleet-metrics.ts";
import { type MigrationLimits, type MigrationParts, migrated, migrationTarget } from "./migration.ts";
import type { HostedMatch, RegisteredNode } from "./node-registry.ts";
import { candidates, formatsOf } from "./placement.ts";
import type { Matches } from "./ports.ts";

/** How many nodes that refused a match are remembered. */
const refusalsMax = 8;

export interface DrainLimits extends MigrationLimits {
  readonly movesAtOnce: number;
  /** Time between two offers when no node took a match. */
  readonly retryMs: number;
  readonly drainMsMax: number;
  /** When no other node has the game at all, full or not, the drain waits no longer than this. */
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

export interface DrainParts extends MigrationParts {
  readonly matches: Pick<Matches, "hosted" | "freeze" | "resume" | "movedAway">;
  readonly nodes: () => readonly RegisteredNode[];
  /** Whether a match is moving to this node: it will have to be moved on. */
  readonly arriving?: () => boolean;
  /** Whether the node was declared lost meanwhile: it owns nothing any more. */
  readonly ended?: () => boolean;
  /** The name of the draining node. */
  readonly self: string;
  readonly limits: DrainLimits;
  /** Without it, nothing is measured. */
  readonly metrics?: Pick<FleetMetrics, "moved" | "moveFailed">;
}

export interface DrainReport {
  readonly moved: readonly MovedMatch[];
  /** Matches that no node took. */
  readonly left: readonly string[];
}

interface MovedMatch {
  readonly id: string;
  readonly to: string;
  /** Time from the freeze to the target's answer. */
  readonly stillMs: number;
}

/** Resolves at the latest when the moves in progress at `drainMsMax` have ended. */
export async function drained(parts: DrainParts): Promise<DrainReport> {
  const drain = new Drain(parts);
  await Promise.all(Array.from({ length: parts.limits.movesAtOnce }, () => drain.moveAll()));
  return { moved: drain.moved, left: parts.matches.hosted().map(({ id }) => id) };
}

interface Tried {
  times: number;
  /** Nodes that refused it, the latest last. */
  refusedBy: readonly string[];
}

class Drain {
  readonly moved: MovedMatch[] = [];
  readonly #parts: DrainParts;
  readonly #untilMs: number;
  readonly #underWay = new Set<string>();
  readonly #tried = new Map<string, Tried>();
  #companyMs: number;

  constructor(parts: DrainParts) {
    this.#parts = parts;
    this.#companyMs = parts.clock.nowMs();
    this.#untilMs = this.#companyMs + parts.limits.drainMsMax;
  }

  /** Moves one match after another, until none is left that can be moved. */
  async moveAll(): Promise<void> {
    const { clock, limits, arriving, ended } = this.#parts;
    while (clock.nowMs() < this.#untilMs && ended?.() !== true) {
      const next = this.#next();
      if (next === undefined && arriving?.() !== true) return;
      if (next !== undefined && !this.#hasCompany(next)) {
        if (clock.nowMs() - this.#companyMs >= limits.aloneMsMax) return;
      }
      if (next !== undefined && (await this.#move(next))) continue;
      await new Promise<void>((resolve) => clock.later(limits.retryMs, resolve));
    }
  }

  /** The match with the fewest tries is next, so that one that no node takes does not delay the others. */
  #next(): HostedMatch | undefined {
    const times = ({ id }: HostedMatch) => this.#tried.get(id)?.times ?? 0;
    const waiting = this.#parts.matches.hosted().filter(({ id }) => !this.#underWay.has(id));
    return waiting.toSorted((a, b) => times(a) - times(b))[0];
  }

  #hasCompany({ game, version }: HostedMatch): boolean {
    const { nodes, self, clock } = this.#parts;
    const formats = formatsOf(nodes(), self);
    const need = { game, version, formats, avoid: new Set([self]) };
    const hasCompany = candidates(nodes(), need).length > 0;
    if (hasCompany) this.#companyMs = clock.nowMs();
    return hasCompany;
  }

  /** @returns whether the match is on another node now */
  async #move(match: HostedMatch): Promise<boolean> {
    const { nodes, self } = this.#parts;
    const { times, refusedBy } = this.#tried.get(match.id) ?? { times: 0, refusedBy: [] };
    const target = migrationTarget(match, { nodes: nodes(), self, refusedBy });
    const { node } = target?.entry ?? {};
    const refusals = node === undefined ? refusedBy : [...refusedBy, node].slice(-refusalsMax);
    this.#tried.set(match.id, { times: times + 1, refusedBy: refusals });
    if (target === undefined) return false;
    this.#underWay.add(match.id);
    const stillMs = await migrated(this.#parts, match.id, target);
    this.#underWay.delete(match.id);
    const { metrics = noFleetMetrics } = this.#parts;
    if (stillMs === undefined) {
      metrics.moveFailed();
      return false;
    }
    metrics.moved(stillMs / 1000);
    this.moved.push({ id: match.id, to: target.entry.node, stillMs });
    return true;
  }
}
