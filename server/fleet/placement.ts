/**
 * Where a match is placed: by measured load (main thread time, lateness, matches), not by counting rooms. A node says
 * "full" before it is late, and so keeps serving the players it has. Pure.
 */
import { isAlive } from "./liveness.ts";
import type { Formats, NodeLoad, RegisteredNode } from "./node-registry.ts";
import { rendezvousOrder } from "./rendezvous.ts";

export interface AdmissionLimits {
  /** Share of one core; beyond it ticks start to be late. */
  readonly tickShareMax: number;
  readonly latenessMsMax: number;
  /** A full node takes players again below this share of the limits, so that its state does not flap. */
  readonly openAgainBelow: number;
}

const admissionLimits: AdmissionLimits = {
  tickShareMax: 0.8,
  latenessMsMax: 100,
  openAgainBelow: 0.85,
};

type MeasuredLoad = Pick<NodeLoad, "tickShare" | "latenessMsP99" | "matches" | "matchesMax">;

/** @returns why the node takes no more, or undefined when it does */
export function fullBecause(
  load: MeasuredLoad,
  wasFull: boolean,
  limits: AdmissionLimits = admissionLimits,
): string | undefined {
  const part = wasFull ? limits.openAgainBelow : 1;
  if (load.matches >= load.matchesMax) return `it runs ${load.matches} matches`;
  if (load.tickShare > limits.tickShareMax * part) {
    return `${Math.round(load.tickShare * 100)} % of its main thread's time is used`;
  }
  if (load.latenessMsP99 > limits.latenessMsMax * part) {
    return `its ticks are ${Math.round(load.latenessMsP99)} ms late`;
  }
  return undefined;
}

/** 0: none. 1: idle. The scarcer of time and matches counts; a late node's headroom is halved. */
export function headroom(load: MeasuredLoad, limits: AdmissionLimits = admissionLimits): number {
  const time = 1 - load.tickShare / limits.tickShareMax;
  const matches = 1 - load.matches / Math.max(1, load.matchesMax);
  const late = load.latenessMsP99 > limits.latenessMsMax / 2 ? 0.5 : 1;
  return Math.max(0, Math.min(time, matches) * late);
}

export interface Need {
  readonly game: string;
  /** The node must have this version or a newer one. */
  readonly version: number;
  /** The node must read these versions or newer ones. Left out: there is nothing to read. */
  readonly formats?: Formats | undefined;
  /** Nodes that must not be asked. */
  readonly avoid?: ReadonlySet<string>;
}

/** Nodes that can run such a match, in order of name. */
export function candidates(
  nodes: readonly RegisteredNode[],
  { game, version, formats = {}, avoid }: Need,
): readonly RegisteredNode[] {
  return nodes.filter(
    (registered) =>
      registered.entry.role === "room" &&
      registered.entry.state === "ready" &&
      isAlive(registered) &&
      (registered.entry.games[game] ?? -1) >= version &&
      readsAll(registered.entry.formats, formats) &&
      avoid?.has(registered.entry.node) !== true,
  );
}

/** An entry from a version before formats has none. */
function readsAll(own: Formats = {}, needed: Formats): boolean {
  return Object.entries(needed).every(([kind, version]) => (own[kind] ?? 1) >= version);
}

/** The formats needed to read a match that `node` has. */
export function formatsOf(nodes: readonly RegisteredNode[], node: string): Formats | undefined {
  return nodes.find(({ entry }) => entry.node === node)?.entry.formats;
}

/**
 * All nodes that take the match, in a random order weighted by headroom and fixed by the key (weighted rendezvous
 * hashing): a burst of new matches spreads before the entries show the first of them.
 */
export function placements(
  nodes: readonly RegisteredNode[],
  need: Need & { readonly region: string },
  key: string,
): readonly RegisteredNode[] {
  const willing = candidates(nodes, need).filter(
    ({ entry }) => !entry.load.full && (entry.region ?? need.region) === need.region,
  );
  return rendezvousOrder(willing, key, {
    nameOf: ({ entry }) => entry.node,
    weightOf: ({ entry }) => headroom(entry.load),
  });
}

/** The node with most headroom that is not full; undefined when there is none. */
export function placement(nodes: readonly RegisteredNode[], need: Need): RegisteredNode | undefined {
  return candidates(nodes, need)
    .filter(({ entry }) => !entry.load.full)
    .sort((a, b) => headroom(b.entry.load) - headroom(a.entry.load))[0];
}
