/**
 * A match that runs and lasts: ties the match to its journal, its gate and its snapshots. One call of
 * `tick` per tick; what leaves the process goes through `send`. It decides when to freeze, to snapshot and
 * to end. It knows no Colyseus and no clock but the one it is given; its body (the room) does what it says.
 */

import type { AnyGame, NumericInput, Outcome } from "../../shared/game/game.ts";
import type { Committer, JournalOwner } from "../durability/committer.ts";
import { frameRecord } from "../durability/format.ts";
import { Gate } from "../durability/gate.ts";
import type { Store } from "../durability/store.ts";
import { type Body, contained } from "./body.ts";
import { Finish } from "./finish.ts";
import { HandOver } from "./hand-over.ts";
import { Match, type MatchLimits } from "./match.ts";
import { Protection } from "./protection.ts";
import { type RecordCodec, recordCodec } from "./record.ts";
import { type SnapshotLimits, Snapshots } from "./snapshots.ts";
import type { MatchState } from "./state.ts";

/** strict: a match whose store does not keep up freezes. available: it plays on unprotected (protection.ts). */
export type GatePolicy = "strict" | "available";

export interface LiveLimits extends MatchLimits, SnapshotLimits {
  /** The store does not keep up when so many ticks of the match are not durable. */
  readonly unackedTicksMax: number;
  readonly gateBytesMax: number;
  /** Default strict. */
  readonly gate?: GatePolicy;
}

/** Where a match's numbers go; the methods are called every tick and must be cheap. */
export interface MatchMetrics {
  tickRan(seconds: number): void;
  gateDelay(seconds: number): void;
  recordBytes(bytes: number): void;
  snapshotTaken(seconds: number): void;
  inputDropped(reason: "late" | "duplicate"): void;
}

/** running: ticks. finishing: over, the store does not know yet. over, stopped: nothing more happens. */
export type LiveState = "running" | "finishing" | "over" | "stopped";

export interface LiveParts<Frame> {
  readonly id: string;
  readonly epoch: number;
  readonly game: AnyGame;
  readonly state: MatchState;
  readonly limits: LiveLimits;
  readonly store: Pick<Store, "snapshot" | "finish" | "setAside">;
  readonly committer: Pick<Committer, "append" | "flush" | "forget">;
  readonly metrics: MatchMetrics;
  /** Monotonic milliseconds, for metrics only. */
  readonly nowMs: () => number;
  readonly log: (message: string, details: object) => void;
  readonly deliver: (frame: Frame) => void;
  /** Counts the match's outcome before the store is told of it; see finish.ts. */
  readonly settle?: (outcome: Outcome) => Promise<void>;
  /** For tests only, see gate.ts. */
  readonly gateOpen?: boolean;
}

export class LiveMatch<Frame> implements JournalOwner {
  readonly id: string;
  readonly epoch: number;
  readonly match: Match;
  #body!: Required<Body>;
  readonly #parts: LiveParts<Frame>;
  readonly #codec: RecordCodec<NumericInput>;
  readonly #gate: Gate<Frame>;
  readonly #snapshots: Snapshots;
  readonly #protection: Protection;
  #lifecycle: LiveState;
  #durableTick: number;
  #frozen = false;
  #ticking = false;
  /** The store has forgotten acknowledged records. */
  #lost = false;
  /** Stands still for a planned move. */
  #handOver: HandOver | undefined;
  readonly #finish: Finish;
  #appendedTick: number;
  /** Whether a player waits for something that the newest record holds back. */
  #urgent = false;
  /** Why the match broke; it is set aside when everything that it appended is durable. */
  #failure: string | undefined;
  /** Ticks whose frames the gate holds, and when they were made: for the gate delay. */
  #patches: { tick: number; atMs: number }[] = [];

  constructor(parts: LiveParts<Frame>) {
    this.id = parts.id;
    this.epoch = parts.epoch;
    this.#parts = parts;
    this.match = new Match({
      game: parts.game,
      state: parts.state,
      limits: parts.limits,
      onInputDrop: (reason) => parts.metrics.inputDropped(reason),
    });
    // A crash may have come between the last tick and the store's word that the match is over.
    this.#lifecycle = this.match.outcome === undefined ? "running" : "finishing";
    this.#codec = recordCodec(parts.game.input as never);
    this.#durableTick = parts.state.tick;
    this.#appendedTick = parts.state.tick;
    this.#gate = new Gate({
      deliver: parts.deliver,
      bytesMax: parts.limits.gateBytesMax,
      durableTick: parts.state.tick,
      open: parts.gateOpen ?? false,
    });
    this.#snapshots = new Snapshots({
      ...parts,
      match: this.match,
      onTaken: (seconds) => parts.metrics.snapshotTaken(seconds),
      onRefused: (code) => this.#snapshotRefused(code),
    });
    this.#protection = this.#protectionOf(parts);
    this.#finish = new Finish({
      ...parts,
      settle: parts.settle ?? (async () => {}),
      onKept: (outcome) => {
        this.#lifecycle = "over";
        this.#body.over(outcome);
      },
      onRefused: (code) => this.#refused(code),
    });
  }

  /** Gives the match its room; before the first tick. */
  embody(body: Body): void {
    this.#body = contained(body, { matchId: this.id, log: this.#parts.log });
  }

  get lifecycle(): LiveState {
    return this.#lifecycle;
  }

  get durableTick(): number {
    return this.#durableTick;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Whether players see what a crash can take back; never under the policy `strict`. */
  get unprotected(): boolean {
    return this.#protection.unprotected;
  }

  /**
   * Lets `frame` leave when the newest tick is durable.
   * @returns false when the gate is full; the receiver must be disconnected, it gets the full state later
   */
  send(frame: Frame, bytes: number): boolean {
    const kept = this.#gate.pass(this.match.tick, frame, bytes);
    // An answer between two ticks; a tick's own frames wait for the flush after its slot.
    if (!this.#ticking && this.#gate.heldFrames > 0) this.#parts.committer.flush();
    return kept;
  }

  /**
   * One tick, from the record to the patch.
   * @param turn the ticker's; patches of all matches fall on the same turns
   */
  tick(turn = this.match.tick + 1): void {
    if (this.#handOver !== undefined) return;
    if (this.#lost) return void this.#mend();
    this.#protection.turn();
    if (this.#lifecycle === "finishing" && this.#durableTick === this.match.tick)
      this.#finish.write(this.match.outcome!);
    if (this.#lifecycle !== "running" || this.#standsStill()) return;
    const startedMs = this.#parts.nowMs();
    try {
      this.#ticking = true;
      this.#step(patchDue(turn, this.match.game));
    } catch (error) {
      this.#fail(error as Error);
      return;
    } finally {
      this.#ticking = false;
    }
    this.#parts.metrics.tickRan((this.#parts.nowMs() - startedMs) / 1000);
    if (!this.unprotected) this.#snapshots.consider();
    if (this.match.outcome === undefined) return;
    this.#lifecycle = "finishing";
    // No further tick will bring the last record with it.
    this.#parts.committer.flush();
  }

  onDurable(tick: number): void {
    // A record of before the match was unprotected may be answered after the snapshot that made it whole again.
    this.#durableTick = Math.max(this.#durableTick, tick);
    if (this.#failure !== undefined) this.#setAside(this.#failure);
    if (this.#lifecycle === "stopped") return;
    this.#gate.release(tick);
    while (this.#patches.length > 0 && this.#patches[0]!.tick <= tick) {
      this.#parts.metrics.gateDelay((this.#parts.nowMs() - this.#patches.shift()!.atMs) / 1000);
    }
    this.#snapshots.durable(tick);
    this.#protection.durable(tick);
    this.#handOver?.durable();
  }

  onRefused(code: string, tick: number): void {
    // A snapshot covers it, and the match's end overtook it: once it is over the store takes none, and that is no fence.
    if (tick <= this.#durableTick && this.#lifecycle !== "running") return;
    if (code !== "store/lost-acknowledged") this.#refused(code);
    // It plays on, and the snapshot that it then needs anyway closes the hole.
    else if (this.#parts.limits.gate === "available") this.#protection.giveUp();
    // Records of before the mending may be answered after it; the snapshot covers them.
    else if (tick > this.#durableTick && !this.#lost) {
      this.#lost = true;
      this.#parts.log("the store lost what it had acknowledged; a snapshot closes the hole", {
        match: this.id,
      });
    }
  }

  #refused(code: string): void {
    this.#stop(code, `match ${this.id} was taken over by another process; epoch ${this.epoch} may not write`);
  }

  /**
   * For a planned move: stands still from here; what players ask for waits. Resolves when another node can go on
   * from here. Then `resume` or `giveUp`; how long to wait is the caller's to say, who resumes when it took too long.
   * @throws when the match is not running, unprotected, was fenced meanwhile, or its snapshot was not kept
   */
  handOver(): Promise<void> {
    const obstacle = this.#lost ? "mending" : this.unprotected ? "unprotected" : this.#lifecycle;
    if (obstacle !== "running") return Promise.reject(new Error(`match ${this.id} is ${obstacle}`));
    this.#snapshots.forget();
    this.#handOver ??= new HandOver({
      isDurable: () => this.#durableTick === this.match.tick,
      flush: () => this.#parts.committer.flush(),
      keepSnapshot: () => this.#snapshots.keep(),
    });
    return this.#handOver.kept;
  }

  /** It goes on here after all, if it still may: the epoch decides at the next record. */
  resume(): void {
    this.#handOver = undefined;
  }

  /** Another node has it: nothing more leaves, and its players are sent there. */
  giveUp(): void {
    this.#stop("match/moved", `match ${this.id} went on to another node`);
  }

  /** This process was taken for dead; whatever the store says of it later, nothing more leaves. */
  fence(): void {
    this.#stop("fleet/declared-lost", `match ${this.id} is another node's by now; this one stood still`);
  }

  /** Takes a snapshot of where the match stands, for a planned stop; resolves when it is kept, or failed. */
  async park(): Promise<void> {
    if (this.#lifecycle !== "running" || this.match.tick === this.#snapshots.keptTick) return;
    // A snapshot must never be ahead of the journal, unless it is to take the journal's place.
    if (this.#durableTick === this.match.tick || this.unprotected) await this.#snapshots.keep();
  }

  #step(patch: boolean): void {
    const { match, epoch, id } = this;
    const game = match.game;
    const chainHash = match.tick % game.tickRate === 0;
    const record = match.nextRecord(this.#body.takeInputs, chainHash, this.#body.expected);
    const tick = match.tick + 1;
    const payload = this.#codec.encode(record);
    const bytes = frameRecord({ epoch, tick, payload });
    this.#urgent = patch || this.#gate.heldFrames > 0;
    this.#protection.append({ id, epoch, tick, bytes });
    this.#appendedTick = tick;
    this.#parts.metrics.recordBytes(bytes.length);
    this.#snapshots.journaled(bytes.length);
    // What is applied is what the journal says, to the letter: msgpack turns a lone surrogate in a text into
    // another character, and a replay would meet that one. Inputs are integers in their ranges already.
    match.apply(record.events === undefined ? record : this.#codec.decode(payload));
    for (const sessionId of record.events?.leaves ?? []) this.#body.seatGone(sessionId);
    if (patch || match.outcome !== undefined) {
      if (!this.unprotected) this.#patches.push({ tick, atMs: this.#parts.nowMs() });
      this.#body.patch();
    }
  }

  /** Whether too much of the match is not durable to go on; its players are told when that changes. */
  #standsStill(): boolean {
    const { unackedTicksMax, gateBytesMax, gate } = this.#parts.limits;
    const behind = this.match.tick - this.#durableTick;
    const still = behind >= unackedTicksMax || this.#gate.heldBytes > gateBytesMax / 2;
    if (gate === "available") {
      if (still) this.#protection.giveUp();
      return false;
    }
    if (still !== this.#frozen) {
      this.#frozen = still;
      this.#body.frozen(still);
    }
    return still;
  }

  #protectionOf({ committer, limits }: LiveParts<Frame>): Protection {
    return new Protection({
      recordsWaitingMax: limits.unackedTicksMax,
      gate: this.#gate,
      keepSnapshot: () => this.#snapshots.keep(),
      journal: (write) => committer.append(write, this, this.#urgent),
      forgetJournal: () => {
        committer.forget(this);
        this.#snapshots.forget();
        this.#patches = [];
      },
      onKept: (tick) => {
        committer.flush();
        this.onDurable(tick);
      },
      onChanged: (unprotected) => {
        this.#parts.log(unprotected ? "a match plays on unprotected" : "a match is protected again", {
          match: this.id,
          tick: this.match.tick,
        });
        this.#body.unprotected(unprotected);
      },
    });
  }

  /** Once the match is over the store takes none: its end may overtake a slow snapshot, and that is no fence. */
  #snapshotRefused(code: string): void {
    if (this.#lifecycle === "running" || this.unprotected) this.#refused(code);
  }

  /**
   * The store no longer has all that it acknowledged, but the World is here: a snapshot of it closes the hole.
   * The match stands still until it is kept. Called again every tick until then.
   */
  async #mend(): Promise<void> {
    if (this.#snapshots.writing || this.#lifecycle === "stopped") return;
    const tick = await this.#snapshots.keep();
    if (tick === undefined) return;
    this.#lost = false;
    this.onDurable(tick);
  }

  #fail(error: Error): void {
    const message = `match ${this.id} stopped at tick ${this.match.tick}: ${error.message}; its journal is kept`;
    this.#parts.log(message, { match: this.id, tick: this.match.tick, error });
    // Unprotected, the store does not have what broke it: it goes on from what the store has.
    if (!this.unprotected) this.#failure = message;
    if (!this.unprotected) this.#setAside(message);
    this.#stop("match/failed", message);
    // No further tick will bring the last record with it.
    this.#parts.committer.flush();
  }

  /**
   * Waits until the record that broke the match is durable: then its journal shows why, and every other owner
   * would come to the same. Setting aside needs no epoch, and a fenced owner must not end the match of another.
   */
  #setAside(message: string): void {
    if (this.#durableTick < this.#appendedTick) return;
    this.#parts.store.setAside(this.id, message).catch((cause) => {
      this.#parts.log("a stopped match could not be set aside", { match: this.id, error: cause });
    });
  }

  #stop(code: string, message: string): void {
    if (this.#lifecycle === "stopped") return;
    this.#lifecycle = "stopped";
    this.#handOver?.fail(message);
    this.#protection.end();
    this.#gate.drop();
    this.#body.stopped({ code, message });
  }
}

/** Patches are spread evenly over the turns: at 20 of 30, two of three carry one. */
function patchDue(turn: number, game: AnyGame): boolean {
  return (turn * game.patchRate) % game.tickRate < game.patchRate;
}
