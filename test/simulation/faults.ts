/**
 * What can go wrong, as data, and the plan of one run. All of it is over at `untilMs`. Nodes and players are
 * numbers; a node is hit whichever process it runs at that moment.
 */
import type { Chance } from "./chance.ts";

interface Lasting {
  readonly atMs: number;
  readonly forMs: number;
}

interface OfNode extends Lasting {
  readonly node: number;
}

interface OfNetwork extends OfNode {
  /** Between the node and the store with its registry, or the other nodes, or both. */
  readonly between: "store" | "peers" | "both";
}

/** Between a node and the rest. Percentages are of questions that never arrive, or answers that never do. */
export type Weather =
  /** `seen`: the registry sees the connection end. */
  | (OfNetwork & {
      readonly kind: "cut";
      readonly way: "both" | "requests" | "replies";
      readonly seen: boolean;
    })
  | (OfNetwork & { readonly kind: "lossy"; readonly requests: number; readonly replies: number })
  | (OfNetwork & { readonly kind: "slow"; readonly extraMs: number });

export type StoreTrouble =
  /** Writes are refused. */
  | (Lasting & { readonly kind: "store-full" })
  /** Nothing is answered, or `answers` everything with an error. */
  | (Lasting & { readonly kind: "store-down"; readonly answers: boolean })
  /** Store and registry start anew: every connection is gone, the registry perhaps too, what was stored is kept. */
  | (Lasting & { readonly kind: "store-restart"; readonly keepsRegistry: boolean });

export type Fault =
  | Weather
  | StoreTrouble
  /** The memory is gone; a new process at the same address comes after `forMs`. */
  | (OfNode & { readonly kind: "kill"; readonly framesArrive: boolean })
  /** Every second node at once. */
  | (Lasting & { readonly kind: "kill-half"; readonly odd: boolean })
  /** Whichever node takes a match next, after a death or from a drain, is hit while it does. */
  | (Lasting & { readonly kind: "hit-taking"; readonly how: "kill" | "stall"; readonly afterMs: number })
  /** The process stands still and then goes on as if nothing had been. */
  | (OfNode & { readonly kind: "stall" })
  /** The node is to give its matches away and to end; a new process comes. */
  | { readonly kind: "drain"; readonly atMs: number; readonly node: number }
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
    // Some come together, or shortly after one another: a failover or a drain that meets a second fault is what
    // this is about.
    const die = chance.below(100);
    if (die < 25) atMs = Math.min(atMs + chance.below(400), range.untilMs - 1);
    else if (die > 40) atMs = chance.between(range.fromMs, range.untilMs - 1);
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
  if (die < 15)
    return { kind: "kill", atMs, forMs: lasting(1, 2500), node, framesArrive: chance.happens(50) };
  if (die < 18) return { kind: "kill-half", atMs, forMs, odd: chance.happens(50) };
  if (die < 27) {
    const how = chance.pick(["kill", "stall"] as const);
    return { kind: "hit-taking", atMs, forMs, how, afterMs: chance.between(0, 60) };
  }
  if (die < 40) return { kind: "stall", atMs, node, forMs: lasting(range.leaseMs / 2, range.leaseMs * 3) };
  if (die < 56) return { kind: "drain", atMs, node };
  if (die < 82) return nextWeather(chance, { atMs, forMs, node });
  if (die < 93) return nextTrouble(chance, { atMs, forMs });
  const player = chance.below(range.players);
  return die < 99 ? { kind: "drop-client", atMs, player } : { kind: "poison", atMs, player };
}

function nextWeather(chance: Chance, when: OfNode): Weather {
  const between = chance.pick(["store", "peers", "both"] as const);
  const where = { ...when, between };
  switch (chance.below(3)) {
    case 0: {
      const way = chance.pick(["both", "requests", "replies"] as const);
      return { kind: "cut", ...where, way, seen: chance.happens(40) };
    }
    case 1:
      return { kind: "lossy", ...where, requests: chance.between(0, 60), replies: chance.between(0, 60) };
    default:
      return { kind: "slow", ...where, extraMs: chance.between(20, 900) };
  }
}

function nextTrouble(chance: Chance, when: Lasting): StoreTrouble {
  switch (chance.below(3)) {
    case 0:
      return { kind: "store-full", ...when };
    case 1:
      return { kind: "store-down", ...when, answers: chance.happens(50) };
    default:
      return { kind: "store-restart", ...when, keepsRegistry: chance.happens(50) };
  }
}
