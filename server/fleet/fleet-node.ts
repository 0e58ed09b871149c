/**
 * One node's part in the fleet: it keeps its entry in the registry, detects lost nodes, takes over its share of their
 * matches, and gives up its own when it is declared lost itself. It decides with the pure parts beside it (liveness,
 * failover, placement) and acts through ports. It knows no players, no store and no clock of its own.
 */

import { type DrainLimits, type DrainReport, drained, drainLimits } from "./drain.ts";
import { type FleetMetrics, noFleetMetrics } from "./fleet-metrics.ts";
import { nextLiveness, nothingSeen } from "./liveness.ts";
import type { NodeEntry, NodeRegistry, NodeState, RegisteredNode } from "./node-registry.ts";
import type { Clock, LogLine, MatchCatalogue, Matches, Peers } from "./ports.ts";
import { Activity } from "./repeated-task.ts";
import { type TakeoverLimits, TakeoverQueue } from "./takeover-queue.ts";

/** How often the node checks what is due. */
const turnMs = 20;
/** Time between two announcements, however often the matches change. */
const announceGapMsMin = 50;
const reconcileGapMsMin = 200;
/** A match that moved here stands still until it is announced, but no longer than this. */
const announcedMsMax = 250;

export interface FleetLimits extends TakeoverLimits {
  readonly leaseMs: number;
  readonly announceEveryMs: number;
  readonly lookEveryMs: number;
  /** How often the catalogue is compared with the registry although no node was lost. */
  readonly reconcileEveryMs: number;
  /** A connection that returns within this time was only interrupted. */
  readonly goneMsMin: number;
  /** After a registry outage the others get this long to renew their leases. It exceeds the time of a reconnect. */
  readonly settleMs: number;
  readonly drain: DrainLimits;
}

export const fleetLimits: FleetLimits = {
  leaseMs: 3000,
  announceEveryMs: 250,
  lookEveryMs: 100,
  reconcileEveryMs: 5000,
  goneMsMin: 80,
  settleMs: 1500,
  rankStepMs: 1000,
  restoresAtOnce: 2,
  retryMs: 5000,
  orphans: { ownGraceMs: 5000, strandedGraceMs: 10_000 },
  drain: drainLimits,
};

export interface FleetNodeParts {
  readonly node: string;
  readonly registry: NodeRegistry;
  readonly catalogue: MatchCatalogue;
  readonly matches: Matches;
  readonly peers: Peers;
  /** The parts of the entry that this node does not know itself. */
  readonly entry: () => Omit<NodeEntry, "node" | "role" | "state" | "matches">;
  readonly clock: Clock;
  readonly log: LogLine;
  /**
   * The node was declared lost, or stood still beyond its lease: its matches have new owners, and it must restart.
   */
  readonly onLost: (why: string) => void;
  /** A match was taken over, this long after it was first seen without an owner. */
  readonly onTakeover?: (match: string, afterMs: number) => void;
  readonly limits?: FleetLimits;
  /** Without it, nothing is measured. */
  readonly metrics?: FleetMetrics;
}

export class FleetNode {
  readonly #parts: FleetNodeParts;
  readonly #limits: FleetLimits;
  readonly #metrics: FleetMetrics;
  readonly #announcing: Activity;
  readonly #looking: Activity;
  readonly #reconciling: Activity;
  readonly #takeovers: TakeoverQueue;
  #state: NodeState = "starting";
  #nodes: readonly RegisteredNode[] = [];
  #seen = nothingSeen;
  #settled = false;
  #lastTurnMs: number;
  /** The sending time of the announcement that renewed the lease last. */
  #renewedMs: number;
  #registryAway = false;
  #catalogueAway = false;
  #draining: Promise<DrainReport> | undefined;
  #stopListening: (() => void) | undefined;
  #ended: "stopped" | "lost" | undefined;
  /** How many matches other nodes are moving here. */
  #arriving = 0;

  constructor(parts: FleetNodeParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? fleetLimits;
    this.#metrics = parts.metrics ?? noFleetMetrics;
    const { announceEveryMs, lookEveryMs, reconcileEveryMs } = this.#limits;
    const { nowMs } = parts.clock;
    this.#takeovers = new TakeoverQueue({
      ...{ matches: parts.matches, clock: parts.clock, log: parts.log, limits: this.#limits },
      fleet: () => ({ nodes: this.#nodes, self: parts.node, hosts: (id) => parts.matches.hosts(id) }),
      mayTakeOver: () => this.#state === "ready" && this.#settled && this.#ended === undefined,
      onTakenOver: (id, afterMs) => this.#takenOver(id, afterMs),
    });
    this.#lastTurnMs = nowMs();
    this.#renewedMs = nowMs();
    const onFailed = (error: Error) => this.#registryFailed(error);
    this.#announcing = new Activity({
      ...{ nowMs, onFailed, everyMs: announceEveryMs, gapMsMin: announceGapMsMin },
      run: () => this.#announce(),
    });
    this.#looking = new Activity({
      ...{ nowMs, onFailed, everyMs: lookEveryMs, gapMsMin: turnMs },
      run: () => this.#look(),
    });
    this.#reconciling = new Activity({
      ...{ nowMs, everyMs: reconcileEveryMs, gapMsMin: reconcileGapMsMin },
      run: () => this.#reconcile(),
      onFailed: (error) => {
        if (!this.#catalogueAway) parts.log("the catalogue could not be read; trying again", { error });
        this.#catalogueAway = true;
        this.#reconciling.ask();
      },
    });
  }

  get state(): NodeState {
    return this.#state;
  }

  /**
   * Whether the registry is trusted to show every living node: then this node declares others lost, and takes
   * matches.
   */
  get settled(): boolean {
    return this.#settled;
  }

  /** The nodes at the last read, without the lost ones. */
  nodes(): readonly RegisteredNode[] {
    return this.#nodes;
  }

  /**
   * Whether this process stood still while its lease expired, so that others may have declared it lost. Checked
   * before anything is sent: after a stall, other code may run before our next turn. A lease that expires while the
   * process runs means that the registry does not answer; then the next announcement decides.
   */
  stale(): boolean {
    if (this.#ended !== undefined) return true;
    const nowMs = this.#parts.clock.nowMs();
    const { leaseMs } = this.#limits;
    return nowMs - this.#lastTurnMs > leaseMs / 2 && nowMs - this.#renewedMs > leaseMs;
  }

  /** Takes matches from now on. @throws StoreError when the registry does not answer */
  async start(): Promise<void> {
    this.#state = "ready";
    this.#lastTurnMs = this.#parts.clock.nowMs();
    this.#turnLater();
    this.#stopListening = this.#parts.registry.onChanged(() => this.#looking.soon());
    try {
      await this.#announcing.now();
      await this.#looking.now();
    } catch (error) {
      this.#end("stopped");
      throw error;
    }
  }

  /** A match opened, ended or became full: announces it soon. */
  changed(): void {
    // A node that has left the registry must not restore its entry, whatever its last matches do.
    if (this.#ended === undefined) this.#announcing.soon();
  }

  /** Moves every match away; a second call waits for the same drain. */
  drain(): Promise<DrainReport> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** Another node moves a match here. A drain of this node waits for it. */
  async takeOver(match: { readonly id: string; readonly epoch: number }): ReturnType<Peers["offer"]> {
    if (this.#state !== "ready" || this.stale())
      return { ok: false, reason: "this node takes no matches now" };
    this.#arriving += 1;
    try {
      const outcome = await this.#parts.matches.takeOver(match);
      if (this.#ended === "lost") this.#parts.matches.lostOwnership();
      if (outcome.kind === "restored") {
        await this.#inRegistry();
        return { ok: true };
      }
      return { ok: false, reason: outcome.kind === "lost-race" ? "it is another's" : outcome.reason };
    } finally {
      this.#arriving -= 1;
    }
  }

  /** Leaves the registry. Any node may take the matches that are still here. Nothing runs afterwards. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#end("stopped");
    // A pending announcement would restore the entry.
    await Promise.all([this.#announcing.idle(), this.#looking.idle(), this.#reconciling.idle()]);
    await this.#takeovers.idle();
    await this.#parts.registry.leave(this.#parts.node).catch((error: Error) => {
      this.#parts.log("this node could not leave the registry; its lease runs out", { error });
    });
  }

  async #drain(): Promise<DrainReport> {
    this.#state = "draining";
    await this.#announcing.now().catch((error: Error) => this.#registryFailed(error));
    const { matches, peers, clock, log, node } = this.#parts;
    return drained({
      ...{ matches, peers, clock, log, self: node, limits: this.#limits.drain },
      metrics: this.#metrics,
      nodes: () => this.#nodes,
      arriving: () => this.#takeovers.underWay + this.#arriving > 0,
      ended: () => this.#ended !== undefined,
    });
  }

  #turnLater(): void {
    this.#parts.clock.later(turnMs, () => {
      if (this.#ended !== undefined) return;
      const nowMs = this.#parts.clock.nowMs();
      if (this.stale()) return this.#lose(`it stood still for ${Math.round(nowMs - this.#lastTurnMs)} ms`);
      this.#lastTurnMs = nowMs;
      // They run independently: a slow catalogue must not delay the look, nor a slow look the lease.
      this.#announcing.runIfDue();
      this.#looking.runIfDue();
      this.#reconciling.runIfDue();
      this.#turnLater();
    });
  }

  async #announce(): Promise<void> {
    const { registry, entry, matches, node, clock } = this.#parts;
    const sentMs = clock.nowMs();
    const whole: NodeEntry = {
      ...entry(),
      ...{ node, role: "room", state: this.#state },
      matches: matches.hosted(),
    };
    const result = await registry.announce(whole, this.#limits.leaseMs);
    if (!result.ok) return this.#lose("declared lost by its peers");
    this.#renewedMs = sentMs;
  }

  async #look(): Promise<void> {
    const { registry, node, clock, log } = this.#parts;
    const nodes = await registry.read();
    if (this.#ended !== undefined) return;
    if (this.#registryAway) log("the node registry answers again", {});
    this.#registryAway = false;
    const nowMs = clock.nowMs();
    const { goneMsMin, settleMs } = this.#limits;
    const { seen, lost, settled } = nextLiveness({
      ...{ seen: this.#seen, nodes, self: node, nowMs, goneMsMin, settleMs },
    });
    this.#seen = seen;
    const lostNames = new Set(lost.map(({ node: name }) => name));
    const present = nodes.filter(({ entry }) => !lostNames.has(entry.node));
    const names = new Set(present.map(({ entry }) => entry.node));
    const departed = this.#nodes.filter(({ entry }) => !names.has(entry.node));
    for (const { entry } of departed) this.#takeovers.remember(entry);
    // A disconnected node may return by the next look, or be lost: so the next look must not be late.
    if (seen.goneSinceMs.size > lost.length) this.#looking.ask();
    const isNews = departed.length > 0 || lost.length > 0 || settled !== this.#settled;
    this.#nodes = present;
    this.#settled = settled;
    if (isNews) this.#reconciling.soon();
    for (const { node: name, why } of lost) {
      if (await registry.declareLost(name, why)) {
        this.#metrics.nodeLost();
        log("declared a node lost; its matches are taken over", { node: name, why });
      }
    }
    this.#takeovers.shareOut();
  }

  /** Compares the catalogue with the registry to find matches without an owner. */
  async #reconcile(): Promise<void> {
    const running = await this.#parts.catalogue.running();
    this.#catalogueAway = false;
    if (!this.#settled || this.#ended !== undefined) return;
    this.#takeovers.update(running);
  }

  /**
   * Resolves when the registry shows the match here, or does not answer in time. On our answer the old owner
   * disconnects the match's clients; without the entry they would reconnect to the old owner.
   */
  #inRegistry(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.later(announcedMsMax, resolve);
      this.#announcing.now().then(resolve, (error: Error) => {
        this.#registryFailed(error);
        resolve();
      });
    });
  }

  #takenOver(id: string, afterMs: number): void {
    // The match arrived while this node was declared lost; lostOwnership has covered only earlier ones.
    if (this.#ended === "lost") this.#parts.matches.lostOwnership();
    else {
      this.#metrics.takenOver(afterMs / 1000);
      this.#parts.onTakeover?.(id, afterMs);
    }
    this.changed();
  }

  /** The registry is away: matches freeze by their own gates. The last read stays valid, but shows no new deaths. */
  #registryFailed(error: Error): void {
    this.#seen = nothingSeen;
    this.#settled = false;
    if (!this.#registryAway) this.#parts.log("the node registry does not answer", { error });
    this.#registryAway = true;
  }

  #lose(why: string): void {
    if (this.#ended !== undefined) return;
    this.#end("lost");
    this.#parts.matches.lostOwnership();
    this.#parts.onLost(why);
  }

  #end(how: "stopped" | "lost"): void {
    this.#ended = how;
    this.#stopListening?.();
  }
}
