/**
 * Who watches over the nodes: leases, the death that the kernel tells of, and the word to a live node to take
 * a match over. It also is the matchmaker: it knows where a match lives and has new ones made. It may be
 * wrong about all of it; only the epoch in the store counts.
 */
import type { MatchEntry } from "../../server/durability/store.ts";
import type { Chance } from "./chance.ts";
import type { NodeProcess } from "./node-process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { Trace } from "./trace.ts";
import type { WitnessStore } from "./witness-store.ts";

const lookEveryMs = 50;
/** A live owner that does not name a match among its own may be about to; for so long it is believed. */
const patienceMs = 700;
/** A node that was told to take a match over is given so long before another one is told. */
const takeOverMsMax = 1500;

interface Lease {
  untilMs: number;
  hosted: ReadonlyMap<string, number>;
}

export interface FleetParts {
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly store: WitnessStore;
  readonly nodes: readonly SimulatedNode[];
  readonly storeIsDown: () => boolean;
}

/** Where a player should knock, or why nowhere. */
export type Whereabouts =
  | { kind: "at"; match: string; node: SimulatedNode }
  | { kind: "over" }
  | { kind: "unknown" };

export class Fleet {
  readonly #parts: FleetParts;
  readonly #leases = new Map<string, Lease>();
  /** Since when a match seems to have no owner. */
  readonly #unownedSince = new Map<string, number>();
  readonly #quietUntil = new Map<string, number>();
  /** One running match each, as far as the matchmaker knows. */
  readonly #places: (string | undefined)[];
  readonly #opening = new Map<number, number>();
  #opened = 0;
  /** Set by a fault: what happens to the next node that restores something. */
  onRestore: ((node: SimulatedNode) => void) | undefined;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#places = Array.from({ length: parts.settings.matches }, () => undefined);
    this.#look();
  }

  heardOf(node: string, hosted: ReadonlyMap<string, number>): void {
    const { scheduler, settings } = this.#parts;
    this.#leases.set(node, { untilMs: scheduler.nowMs + settings.leaseMs, hosted });
  }

  /** The kernel closed the node's connections. */
  died(node: string): void {
    this.#leases.delete(node);
  }

  /** Where the place's match lives; makes one when there is none. */
  whereabouts(place: number, match: string | undefined): Whereabouts {
    if (this.#parts.storeIsDown()) return { kind: "unknown" };
    const id = match ?? this.#places[place];
    const entry = id === undefined ? undefined : this.#parts.store.entry(id);
    if (entry === undefined) {
      this.#open(place);
      return { kind: "unknown" };
    }
    if (entry.state !== "running") return { kind: "over" };
    const node = this.#parts.nodes.find(({ name }) => name === entry.node)!;
    return { kind: "at", match: entry.id, node };
  }

  #open(place: number): void {
    const { scheduler, trace } = this.#parts;
    if ((this.#opening.get(place) ?? 0) > scheduler.nowMs) return;
    const node = this.#anyLive();
    if (node === undefined) return;
    this.#opening.set(place, scheduler.nowMs + takeOverMsMax);
    const id = `m${++this.#opened}`;
    trace.say(`fleet: ${node.name} opens ${id}`);
    this.#say(node, (process) => {
      void process.open(id).then((opened) => {
        if (opened && this.#places[place] === undefined) this.#places[place] = id;
      });
    });
  }

  #look(): void {
    const { scheduler, store, storeIsDown } = this.#parts;
    if (!storeIsDown()) {
      for (const entry of store.entries()) if (entry.state === "running") this.#watch(entry);
    }
    scheduler.later(lookEveryMs, () => this.#look());
  }

  #watch({ id, node, epoch }: MatchEntry): void {
    const { scheduler, trace } = this.#parts;
    const lease = this.#lease(node);
    if (lease?.hosted.get(id) === epoch) {
      this.#unownedSince.delete(id);
      return;
    }
    const since = this.#unownedSince.get(id) ?? scheduler.nowMs;
    this.#unownedSince.set(id, since);
    const believed = lease !== undefined && scheduler.nowMs - since < patienceMs;
    if (believed || (this.#quietUntil.get(id) ?? 0) > scheduler.nowMs) return;
    const next = this.#anyLive();
    if (next === undefined) return;
    this.#quietUntil.set(id, scheduler.nowMs + takeOverMsMax);
    trace.say(`fleet: ${next.name} takes ${id} over from ${node} e${epoch}`);
    this.#say(next, (process) => {
      this.onRestore?.(next);
      void process.takeOver(id);
    });
  }

  #lease(name: string): Lease | undefined {
    const lease = this.#leases.get(name);
    return lease !== undefined && lease.untilMs >= this.#parts.scheduler.nowMs ? lease : undefined;
  }

  #anyLive(): SimulatedNode | undefined {
    const live = this.#parts.nodes.filter(({ name }) => this.#lease(name) !== undefined);
    return live.length === 0 ? undefined : this.#parts.chance.pick(live);
  }

  #say(node: SimulatedNode, order: (process: NodeProcess) => void): void {
    const { scheduler, chance, settings } = this.#parts;
    const { process } = node;
    scheduler.later(chance.between(...settings.delayMs), () => process?.inProcess(() => order(process)));
  }
}
