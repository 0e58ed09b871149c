/**
 * Which of the matches without an owner this node takes over now. Every node computes the same ranking of nodes for a
 * match without talking to the others: rendezvous hashing, weighted by headroom, so that a dead node's matches
 * spread. The first choice acts at once, the second after one step, and so on, which passes over a first choice that
 * died too, is full, or cannot open the match. Two nodes that act at once do no harm: the store gives the epoch to
 * one. Pure.
 */
import type { SteadyMs } from "../../shared/clock.ts";
import type { Formats, RegisteredNode } from "./node-registry.ts";
import { candidates, headroom } from "./placement.ts";
import { rendezvousOrder } from "./rendezvous.ts";

/** A running match of the catalogue whose owner is not in the registry. */
export interface Orphan {
  readonly id: string;
  readonly epoch: number;
  readonly game: string;
  readonly version: number;
  readonly formats?: Formats | undefined;
  /** When it was first seen without an owner. */
  readonly sinceMs: number;
  /** Connected players, as its owner reported last; 0 when unknown. */
  readonly players: number;
}

export interface TakeoverQuestion {
  readonly orphans: readonly Orphan[];
  readonly nodes: readonly RegisteredNode[];
  readonly self: string;
  readonly nowMs: SteadyMs;
  readonly rankStepMs: number;
}

/** Even a full node may be the last one left. */
const weightMin = 0.02;

/** @returns the matches to claim now, hottest first */
export function takeovers({ orphans, nodes, self, nowMs, rankStepMs }: TakeoverQuestion): readonly Orphan[] {
  return orphans
    .filter((orphan) => {
      const rank = ranking(orphan, nodes).indexOf(self);
      return rank >= 0 && nowMs - orphan.sinceMs >= rank * rankStepMs;
    })
    .sort((a, b) => b.players - a.players || (a.id < b.id ? -1 : 1));
}

/** Names of the nodes that can run the match, first choice first. */
export function ranking(
  { id, game, version, formats }: Pick<Orphan, "id" | "game" | "version" | "formats">,
  nodes: readonly RegisteredNode[],
): readonly string[] {
  const ordered = rendezvousOrder(candidates(nodes, { game, version, formats }), id, {
    nameOf: ({ entry }) => entry.node,
    weightOf: ({ entry }) => Math.max(weightMin, headroom(entry.load)),
  });
  return ordered.map(({ entry }) => entry.node);
}
