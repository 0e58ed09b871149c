/**
 * One node's part in the fleet: keeps its card on the board, looks who died, takes its share of their matches,
 * and gives its own up when it is itself taken for dead. It decides with the pure parts beside it (liveness,
 * failover, placement) and performs through ports; it knows no players, no store and no clock of its own.
 */
import type { Directory, Listed, NodeCard, NodeState } from "./directory.ts";
import { type DrainLimits, type DrainReport, drained, drainLimits } from "./drain.ts";
import { type Orphan, takeovers } from "./failover.ts";
import { type Liveness, nextLiveness, nothingSeen } from "./liveness.ts";
import type { Catalogue, CatalogueMatch, Clock, Log, Matches, Peers } from "./ports.ts";

/** How often it is asked what is due. */
const turnMs = 20;

export interface FleetLimits {
  readonly leaseMs: number;
  readonly announceEveryMs: number;
  readonly lookEveryMs: number;
  /** How often the catalogue is compared with the board although nobody died. */
  readonly reconcileEveryMs: number;
  /** A connection that is back within this was only interrupted. */
  readonly goneMsMin: number;
  /** The second choice for a match waits so long for the first, the third twice as long. */
  readonly rankStepMs: number;
  readonly restoresAtOnce: number;
  /** A match that could not be opened here is tried again after this. */
  readonly retryMs: number;
  readonly drain: DrainLimits;
}

export const fleetLimits: FleetLimits = {
  leaseMs: 3000,
  announceEveryMs: 250,
  lookEveryMs: 100,
  reconcileEveryMs: 5000,
  goneMsMin: 80,
  rankStepMs: 1000,
  restoresAtOnce: 4,
  retryMs: 5000,
  drain: drainLimits,
};

export interface FleetNodeParts {
  readonly node: string;
  readonly directory: Directory;
  readonly catalogue: Catalogue;
  readonly matches: Matches;
  readonly peers: Peers;
  /** The card but for what this node itself knows. */
  readonly card: () => Omit<NodeCard, "node" | "role" | "state" | "matches">;
  readonly clock: Clock;
  readonly log: Log;
  /** It was declared lost, or stood still for longer than its lease: its matches are gone, start it anew. */
  readonly onLost: (why: string) => void;
  /** A match was brought back here, so long after it was seen without an owner. */
  readonly onTakeover?: (match: string, afterMs: number) => void;
  readonly limits?: FleetLimits;
}

export class FleetNode {
  readonly #parts: FleetNodeParts;
  readonly #limits: FleetLimits;
  #state: NodeState = "starting";
  #board: readonly Listed[] = [];
  #seen: Liveness["seen"] = nothingSeen;
  /** When each match of the catalogue was first seen without an owner. */
  #orphanSinceMs = new Map<string, number>();
  /** Connected players of the matches of nodes that have left the board, as announced last. */
  readonly #playersBefore = new Map<string, number>();
  /** Until when a match is not tried again here. */
  readonly #refusedUntilMs = new Map<string, number>();
  readonly #taking = new Set<string>();
  #orphans: readonly Orphan[] = [];
  #lastTurnMs: number;
  #announcedMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #reconciledMs = Number.NEGATIVE_INFINITY;
  #announceDue = false;
  #lookDue = false;
  #turning = false;
  #listing = false;
  #draining: Promise<DrainReport> | undefined;
  #stopListening: (() => void) | undefined;
  #ended = false;

  constructor(parts: FleetNodeParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? fleetLimits;
    this.#lastTurnMs = parts.clock.nowMs();
  }

  get state(): NodeState {
    return this.#state;
  }

  /** As it was read last. */
  board(): readonly Listed[] {
    return this.#board;
  }

  /**
   * Whether this process stood still for so long that others may have taken it for dead. Asked before anything
   * leaves: the first thing that runs after a stall need not be a turn of ours.
   */
  stale(): boolean {
    return this.#ended || this.#parts.clock.nowMs() - this.#lastTurnMs > this.#limits.leaseMs;
  }

  /** Takes matches from here on. @throws StoreError when the directory does not answer */
  async start(): Promise<void> {
    this.#state = "ready";
    await this.#announce();
    await this.#look();
    this.#lastTurnMs = this.#parts.clock.nowMs();
    this.#stopListening = this.#parts.directory.onChanged(() => {
      this.#lookDue = true;
    });
    this.#turnLater();
  }

  /** A match was opened, ended, or got full: tell it soon. */
  changed(): void {
    this.#announceDue = true;
  }

  /** Moves every match away; a second call waits for the same. */
  drain(): Promise<DrainReport> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** Leaves the board. Matches that are still here are everybody's. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await this.#parts.directory.leave(this.#parts.node).catch((error: Error) => {
      this.#parts.log("this node could not leave the board; its lease runs out", { error });
    });
  }

  async #drain(): Promise<DrainReport> {
    this.#state = "draining";
    await this.#announce().catch((error: Error) => this.#parts.log("draining, untold", { error }));
    const { matches, peers, clock, log, node } = this.#parts;
    const board = () => this.#board;
    return drained({ matches, peers, board, self: node, clock, log, limits: this.#limits.drain });
  }

  #turnLater(): void {
    this.#parts.clock.later(() => {
      if (this.#ended) return;
      const nowMs = this.#parts.clock.nowMs();
      const stoodStillMs = nowMs - this.#lastTurnMs;
      if (stoodStillMs > this.#limits.leaseMs) return this.#lose(`it stood still for ${stoodStillMs} ms`);
      this.#lastTurnMs = nowMs;
      // A directory that is slow to answer must not slow the turns down: by them we know that we are alive.
      if (!this.#turning) void this.#turn(nowMs);
      this.#turnLater();
    }, turnMs);
  }

  async #turn(nowMs: number): Promise<void> {
    this.#turning = true;
    try {
      if (this.#announceDue || nowMs - this.#announcedMs >= this.#limits.announceEveryMs) {
        await this.#announce();
      }
      if (this.#lookDue || nowMs - this.#lookedMs >= this.#limits.lookEveryMs) await this.#look();
      this.#takeShare();
    } catch (error) {
      // The directory is away: matches freeze by their own gates; the board is as it was.
      this.#parts.log("the directory does not answer", { error });
      this.#seen = nothingSeen;
    } finally {
      this.#turning = false;
    }
  }

  async #announce(): Promise<void> {
    const { directory, card, matches, node, clock } = this.#parts;
    this.#announceDue = false;
    this.#announcedMs = clock.nowMs();
    const whole: NodeCard = {
      ...card(),
      ...{ node, role: "room", state: this.#state },
      matches: matches.hosted(),
    };
    const result = await directory.announce(whole, this.#limits.leaseMs);
    if (!result.ok) this.#lose("the others declared it lost");
  }

  async #look(): Promise<void> {
    const { directory, node, clock, log } = this.#parts;
    this.#lookDue = false;
    this.#lookedMs = clock.nowMs();
    const before = this.#board;
    const board = await directory.read();
    if (this.#ended) return;
    this.#board = board;
    const nowMs = clock.nowMs();
    const { goneMsMin } = this.#limits;
    const { seen, lost } = nextLiveness({ seen: this.#seen, board, self: node, nowMs, goneMsMin });
    this.#seen = seen;
    for (const { node: name, why } of lost) {
      if (await directory.declareLost(name, why))
        log("a node is lost; its matches go on elsewhere", { node: name, why });
    }
    const lostNames = new Set(lost.map(({ node: name }) => name));
    this.#board = board.filter(({ card }) => !lostNames.has(card.node));
    const left = before.filter(({ card }) => !this.#board.some((listed) => listed.card.node === card.node));
    for (const { card } of left)
      for (const { id, players } of card.matches) this.#playersBefore.set(id, players);
    const someoneLeft = left.length > 0 || lost.length > 0;
    if (someoneLeft || nowMs - this.#reconciledMs >= this.#limits.reconcileEveryMs) await this.#reconcile();
  }

  /** Compares the catalogue with the board: which matches have no owner? */
  async #reconcile(): Promise<void> {
    if (this.#listing) return;
    this.#listing = true;
    try {
      this.#reconciledMs = this.#parts.clock.nowMs();
      const running = await this.#parts.catalogue.running();
      const nowMs = this.#parts.clock.nowMs();
      const since = new Map<string, number>();
      for (const { id } of running.filter((match) => this.#isOrphan(match))) {
        since.set(id, this.#orphanSinceMs.get(id) ?? nowMs);
      }
      this.#orphanSinceMs = since;
      this.#orphans = running
        .filter(({ id }) => since.has(id))
        .map((match) => ({
          ...match,
          sinceMs: since.get(match.id)!,
          players: this.#playersBefore.get(match.id) ?? 0,
        }));
      if (this.#orphans.length === 0) this.#playersBefore.clear();
    } finally {
      this.#listing = false;
    }
  }

  #isOrphan({ id, node }: CatalogueMatch): boolean {
    const { matches, node: self } = this.#parts;
    // Our own, and not here: its creation's answer, or its restore, was lost.
    if (node === self) return !matches.hosts(id) && !this.#taking.has(id);
    return !this.#board.some(({ card }) => card.node === node);
  }

  /** Starts to take what is this node's share of the orphans, a few at a time. */
  #takeShare(): void {
    if (this.#state !== "ready" || this.#orphans.length === 0) return;
    const { node, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const orphans = this.#orphans.filter(
      ({ id }) => !this.#taking.has(id) && (this.#refusedUntilMs.get(id) ?? 0) <= nowMs,
    );
    const { rankStepMs, restoresAtOnce } = this.#limits;
    const share = takeovers({ orphans, board: this.#board, self: node, nowMs, rankStepMs });
    for (const orphan of share.slice(0, restoresAtOnce - this.#taking.size)) void this.#take(orphan);
  }

  async #take(orphan: Orphan): Promise<void> {
    const { matches, clock, log, onTakeover } = this.#parts;
    const { id, epoch, sinceMs } = orphan;
    this.#taking.add(id);
    try {
      const outcome = await matches.take({ id, epoch });
      if (outcome.kind === "restored") onTakeover?.(id, clock.nowMs() - sinceMs);
      else if (outcome.kind !== "lost-race") this.#refuse(id, outcome.reason);
      this.#forget(id);
    } catch (error) {
      this.#refuse(id, (error as Error).message);
      log("a match could not be taken over", { match: id, error });
    } finally {
      this.#taking.delete(id);
      this.changed();
      this.#takeShare();
    }
  }

  #refuse(id: string, reason: string): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const [old, untilMs] of this.#refusedUntilMs) if (untilMs < nowMs) this.#refusedUntilMs.delete(old);
    this.#refusedUntilMs.set(id, nowMs + this.#limits.retryMs);
    this.#parts.log("a match is not opened here", { match: id, reason });
  }

  #forget(id: string): void {
    this.#orphans = this.#orphans.filter((orphan) => orphan.id !== id);
    this.#playersBefore.delete(id);
  }

  #lose(why: string): void {
    if (this.#ended) return;
    this.#end();
    this.#parts.matches.lostOwnership();
    this.#parts.onLost(why);
  }

  #end(): void {
    this.#ended = true;
    this.#stopListening?.();
  }
}
