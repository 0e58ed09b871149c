/**
 * One node's part in the fleet: keeps its entry in the registry, looks who died, takes its share of their matches,
 * and gives its own up when it is itself declared lost. It decides with the pure parts beside it (liveness,
 * failover, placement) and performs through ports; it knows no players, no store and no clock of its own.
 */

import { type DrainLimits, type DrainReport, drained, drainLimits } from "./drain.ts";
import { type FleetMetrics, noFleetMetrics } from "./fleet-metrics.ts";
import { nextLiveness, nothingSeen } from "./liveness.ts";
import type { NodeEntry, NodeRegistry, NodeState, RegisteredNode } from "./node-registry.ts";
import type { Clock, LogLine, MatchCatalogue, Matches, Peers } from "./ports.ts";
import { Activity } from "./repeated-task.ts";
import { type TakeoverLimits, TakeoverQueue } from "./takeover-queue.ts";

/** How often it is asked what is due. */
const turnMs = 20;
/** Between two announcements, however much happens to the matches. */
const announceGapMsMin = 50;
const reconcileGapMsMin = 200;
/** A match that was moved here stands still until it is announced, so not for longer than this. */
const announcedMsMax = 250;

export interface FleetLimits extends TakeoverLimits {
  readonly leaseMs: number;
  readonly announceEveryMs: number;
  readonly lookEveryMs: number;
  /** How often the catalogue is compared with the registry although nobody died. */
  readonly reconcileEveryMs: number;
  /** A connection that is back within this was only interrupted. */
  readonly goneMsMin: number;
  /** After the registry was away, the others get this long to renew their leases. More than its reconnect takes. */
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
  /** The entry but for what this node itself knows. */
  readonly entry: () => Omit<NodeEntry, "node" | "role" | "state" | "matches">;
  readonly clock: Clock;
  readonly log: LogLine;
  /** It was declared lost, or stood still for longer than its lease: its matches are gone, start it anew. */
  readonly onLost: (why: string) => void;
  /** A match was brought back here, this long after it was seen without an owner. */
  readonly onTakeover?: (match: string, afterMs: number) => void;
  readonly limits?: FleetLimits;
  /** Left out: nothing is measured. */
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
  /** When the announcement was sent that renewed the lease last. */
  #renewedMs: number;
  #registryAway = false;
  #catalogueAway = false;
  #draining: Promise<DrainReport> | undefined;
  #stopListening: (() => void) | undefined;
  #ended: "stopped" | "lost" | undefined;
  /** Matches that other nodes move here now. */
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

  /** Whether it trusts the registry to show everybody who lives: then it declares nodes lost, and takes matches. */
  get settled(): boolean {
    return this.#settled;
  }

  /** As it was read last, without the lost. */
  nodes(): readonly RegisteredNode[] {
    return this.#nodes;
  }

  /**
   * Whether this process stood still while its lease ran out, so that others may have taken it for dead. Asked
   * before anything leaves: the first thing that runs after a stall need not be a turn of ours. A lease that runs
   * out while we do run means that the registry does not answer; then the next announcement decides.
   */
  stale(): boolean {
    if (this.#ended !== undefined) return true;
    const nowMs = this.#parts.clock.nowMs();
    const { leaseMs } = this.#limits;
    return nowMs - this.#lastTurnMs > leaseMs / 2 && nowMs - this.#renewedMs > leaseMs;
  }

  /** Takes matches from here on. @throws StoreError when the registry does not answer */
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

  /** A match was opened, ended, or got full: tell it soon. */
  changed(): void {
    // A node that has left the registry must not put its entry back, whatever becomes of its last matches.
    if (this.#ended === undefined) this.#announcing.soon();
  }

  /** Moves every match away; a second call waits for the same. */
  drain(): Promise<DrainReport> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** Another node moves a match here. While it comes, a drain of this node waits for it. */
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

  /** Leaves the registry. Matches that are still here are everybody's. After it, nothing runs. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#end("stopped");
    // An announcement that is still under way would put the entry back.
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
      // Apart from each other: a slow catalogue must not hold up the look, nor a slow look the lease.
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
    // One that is away may be back at the next look, or be lost: that one must not be late.
    if (seen.goneSinceMs.size > lost.length) this.#looking.ask();
    const isNews = departed.length > 0 || lost.length > 0 || settled !== this.#settled;
    this.#nodes = present;
    this.#settled = settled;
    if (isNews) this.#reconciling.soon();
    for (const { node: name, why } of lost) {
      if (await registry.declareLost(name, why)) {
        this.#metrics.nodeLost();
        log("a node is lost; its matches go on elsewhere", { node: name, why });
      }
    }
    this.#takeovers.shareOut();
  }

  /** Compares the catalogue with the registry: which matches have no owner? */
  async #reconcile(): Promise<void> {
    const running = await this.#parts.catalogue.running();
    this.#catalogueAway = false;
    if (!this.#settled || this.#ended !== undefined) return;
    this.#takeovers.update(running);
  }

  /**
   * Its old owner sends the clients of a moved match away when it has our answer: the registry must show them the way
   * by then, or they come back to where they were. Resolves also when the registry does not answer in time.
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
    // It came while this node was declared lost: what came before it was told already.
    if (this.#ended === "lost") this.#parts.matches.lostOwnership();
    else {
      this.#metrics.takenOver(afterMs / 1000);
      this.#parts.onTakeover?.(id, afterMs);
    }
    this.changed();
  }

  /** The registry is away: matches freeze by their own gates; the registry is as it was, but tells no more who died. */
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
