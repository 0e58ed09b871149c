/**
 * What can go wrong, as data, and the plan of one run. All of it is over at `untilMs`; what is cut or lossy
 * lies between one node and the store. Nodes and players are numbers.
 */
import type { Chance } from "./chance.ts";

interface Lasting {
  readonly atMs: number;
  readonly forMs: number;
}

interface OfNode extends Lasting {
  readonly node: number;
}

/** Between a node and the store. Percentages are of requests that never arrive, or replies that never do. */
export type Weather =
  | (OfNode & { readonly kind: "cut"; readonly way: "both" | "requests" | "replies" })
  | (OfNode & { readonly kind: "lossy"; readonly requests: number; readonly replies: number })
  | (OfNode & { readonly kind: "slow"; readonly extraMs: number });

export type StoreTrouble =
  /** Writes are refused. */
  | (Lasting & { readonly kind: "store-full" })
  /** Nothing is answered, or `answers` everything with an error. */
  | (Lasting & { readonly kind: "store-down"; readonly answers: boolean });

export type Fault =
  | Weather
  | StoreTrouble
  /** The memory is gone; a new process of the same name comes after `forMs`. */
  | (OfNode & { readonly kind: "kill"; readonly framesArrive: boolean })
  /** Whichever node restores a match next dies while it does. */
  | (Lasting & { readonly kind: "kill-restoring"; readonly afterMs: number })
  /** The process stands still and then goes on as if nothing had been. */
  | (OfNode & { readonly kind: "stall" })
  | { readonly kind: "drop-client"; readonly atMs: number; readonly player: number }
  /** A command at which a rule of the game throws, for good. */
  | { readonly kind: "poison"; readonly atMs: number; readonly player: number };

export interface FaultRange {
  readonly nodes: number;
  readonly players: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly leaseMs: number;
}

const faultsMax = 12;

export function faultPlan(chance: Chance, range: FaultRange): readonly Fault[] {
  const faults: Fault[] = [];
  let atMs = range.fromMs;
  const count = chance.between(1, faultsMax);
  for (let i = 0; i < count; i++) {
    // Some come together: a failover that meets a second fault is what this is about.
    if (!chance.happens(35)) atMs = chance.between(range.fromMs, range.untilMs - 1);
    faults.push(nextFault(chance, range, atMs));
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}

function nextFault(chance: Chance, range: FaultRange, atMs: number): Fault {
  const node = chance.below(range.nodes);
  const lasting = (low: number, high: number) =>
    Math.min(chance.between(low, high), Math.max(1, range.untilMs - atMs));
  const forMs = lasting(100, 3000);
  const die = chance.below(100);
  if (die < 22) return { kind: "kill", atMs, forMs, node, framesArrive: chance.happens(50) };
  if (die < 30) return { kind: "kill-restoring", atMs, forMs, afterMs: chance.between(0, 30) };
  if (die < 48) return { kind: "stall", atMs, node, forMs: lasting(range.leaseMs / 2, range.leaseMs * 3) };
  if (die < 60) return { kind: "cut", atMs, forMs, node, way: chance.pick(["both", "requests", "replies"]) };
  if (die < 72) {
    return {
      kind: "lossy",
      atMs,
      forMs,
      node,
      requests: chance.between(0, 60),
      replies: chance.between(0, 60),
    };
  }
  if (die < 82) return { kind: "slow", atMs, forMs, node, extraMs: chance.between(20, 900) };
  if (die < 87) return { kind: "store-full", atMs, forMs };
  if (die < 92) return { kind: "store-down", atMs, forMs, answers: chance.happens(50) };
  const player = chance.below(range.players);
  return die < 99 ? { kind: "drop-client", atMs, player } : { kind: "poison", atMs, player };
}
