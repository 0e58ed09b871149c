/**
 * A running, durable match: performs what the state machine of its life decides (life/next.ts), and reports the
 * results to it. `tick` is called once per tick, or when a game by events asked for it; everything that leaves the process
 * goes through the match's gate. It decides nothing, and knows no Colyseus and no clock but the one given to it.
 */

import type { SteadyClock } from "../../shared/clock.ts";
import type { AnyGame, NumericInput, Outcome } from "../../shared/game/game.ts";
import { nowhere } from "../../shared/game/handlers.ts";
import type { Committer, JournalOwner } from "../durability/committer.ts";
import { frameHeaderBytes, frameRecordInPlace } from "../durability/format.ts";
import { Gate } from "../durability/gate.ts";
import type { Store } from "../durability/store.ts";
import type { AskMetrics } from "./asks/ask-metrics.ts";
import { CallPlaces } from "./asks/call-places.ts";
import { type AskParts, MatchAsks } from "./asks/match-asks.ts";
import { type Body, contained, noBody } from "./body.ts";
import type { EventTicking } from "./event-ticker.ts";
import { GateDelays } from "./gate-delays.ts";
import { MatchJournal } from "./journal.ts";
import {
  isFrozen,
  type Life,
  type LifeEffect,
  type LifeEvent,
  type LifeLimits,
  lifecycleOf,
  newLife,
} from "./life/life.ts";
import { nextLife } from "./life/next.ts";
import { Match, type MatchLimits } from "./match.ts";
import { isByEvents } from "./match-time.ts";
import { type Hands, perform } from "./perform.ts";
import { type RecordCodec, recordCodec } from "./record.ts";
import { type Rest, restOf } from "./rest.ts";
import { Snapshots } from "./snapshots.ts";
import type { MatchState } from "./state.ts";

export type LiveLimits = MatchLimits & LifeLimits;

/** The metrics of a match; the methods are called every tick and must be cheap. */
export interface MatchMetrics extends AskMetrics {
  tickRan(seconds: number): void;
  gateDelay(seconds: number): void;
  /** To hand what became durable to the sockets. */
  framesSent(seconds: number): void;
  recordBytes(bytes: number): void;
  snapshotTaken(seconds: number): void;
  inputDropped(reason: "late" | "duplicate"): void;
}

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
  readonly nowMs: SteadyClock;
  readonly log: (message: string, details: object) => void;
  readonly deliver: (frame: Frame) => void;
  /** How asks of its game are carried out; left out: they are not, and time out. */
  readonly asks?: AskParts;
  /** Counts the match's outcome before the store is told of it. May be called again. Rejects when counting failed. */
  readonly settle?: (outcome: Outcome) => Promise<void>;
  /** Match time now, in milliseconds, for a game by events: it must pass while nobody has the match. */
  readonly timeMs?: (() => number) | undefined;
  /** For tests only (gate.ts). */
  readonly gateOpen?: boolean;
}

const noAsks: AskParts = { handlers: {}, locate: nowhere, places: new CallPlaces(0), timer: () => () => {} };

const expectedAgainMs = 1000;
/** A game by events has the hash of its World in a record this often. */
const hashEveryMs = 1000;

export class LiveMatch<Frame> implements JournalOwner, EventTicking {
  readonly id: string;
  readonly epoch: number;
  readonly match: Match;
  #life: Life;
  #body: Required<Body<Frame>>;
  readonly #parts: LiveParts<Frame>;
  readonly #codec: RecordCodec<NumericInput>;
  readonly #gate: Gate<Frame>;
  readonly #hands: Hands;
  /** In a game by events: something came since the last record, and when the last one with a hash was. */
  #waits = false;
  #hashedAtMs = Number.NEGATIVE_INFINITY;
  onSoon: () => void = () => {};
  /** The newest record that a frame waits for. Frames keep their order, so no later one waits for less. */
  #awaitedTick = 0;

  constructor(parts: LiveParts<Frame>) {
    const { metrics, nowMs } = parts;
    const { tick } = parts.state;
    this.id = parts.id;
    this.epoch = parts.epoch;
    this.#parts = parts;
    this.#body = contained<Frame>(noBody, { matchId: parts.id, log: parts.log });
    this.match = new Match({ ...parts, onInputDrop: (reason) => metrics.inputDropped(reason) });
    this.match.onWaiting = () => this.arrived();
    this.#life = newLife(tick, this.match.outcome !== undefined);
    this.#codec = recordCodec(parts.game.input as never);
    this.#gate = new Gate({
      deliver: parts.deliver,
      bytesMax: parts.limits.gateBytesMax,
      durableTick: tick,
      open: parts.gateOpen ?? false,
    });
    const happens = (event: LifeEvent) => this.#happens(event);
    const asks = new MatchAsks({
      ...{ ...parts, ...(parts.asks ?? noAsks) },
      onAnswer: (answer) => this.match.hear(answer),
    });
    this.#hands = {
      ...{ settle: async () => {}, ...parts, match: this.match, gate: this.#gate, happens, movers: [] },
      asks,
      journal: new MatchJournal({ committer: parts.committer, owner: this, newestTick: tick }),
      delays: new GateDelays({ nowMs, onDelay: (seconds) => metrics.gateDelay(seconds) }),
      snapshots: new Snapshots({
        ...{ ...parts, match: this.match, onAnswer: happens },
        onTaken: (seconds) => metrics.snapshotTaken(seconds),
      }),
      body: () => this.#body,
    };
  }

  /** Gives the match its room, before the first tick. */
  attachRoom(body: Body<Frame>): void {
    this.#body = contained(body, { matchId: this.id, log: this.#parts.log });
    // A restored match goes on with what is pending, also when nothing makes it step.
    this.#hands.asks.durable(this.durableTick);
  }

  get lifecycle(): ReturnType<typeof lifecycleOf> {
    return lifecycleOf(this.#life);
  }

  get durableTick(): number {
    return this.#life.durableTick;
  }

  get frozen(): boolean {
    return isFrozen(this.#life);
  }

  /** Whether players see what a crash can undo; never under the policy `strict`. */
  get unprotected(): boolean {
    return this.#life.kind === "unprotected";
  }

  /**
   * Lets `frame` leave when the newest tick is durable. For answers between two ticks; `Body.patch` returns patches.
   * @returns false when the gate is full: the receiver must be disconnected, and gets the full state later
   */
  send(frame: Frame, bytes: number): boolean {
    const kept = this.#pass(frame, bytes);
    if (this.#gate.heldFrames > 0) this.#hands.journal.flush();
    return kept;
  }

  /**
   * One tick, from the record to the patch.
   * @param turn the ticker's; patches of all matches fall on the same turns
   */
  tick(turn = this.match.tick + 1): void {
    const { game } = this.match;
    if (isByEvents(game) && this.#life.kind === "running" && !this.#isStepDue()) return;
    const patch = isByEvents(game) || patchDue(turn, game);
    // With all records durable, what is held waits for the next one: it is no reason to stand still.
    const heldBytes = this.durableTick < this.match.tick ? this.#gate.heldBytes : 0;
    this.#happens({ kind: "tick-due", heldBytes, patch });
  }

  /** Something came for the next step of a game by events. */
  arrived(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.onSoon();
  }

  /** How long nothing is due for a game by events unless something arrives; undefined: nothing ever. */
  waitMs(): number | undefined {
    const { match } = this;
    if (this.#life.kind === "over" || this.#life.kind === "stopped") return undefined;
    // In every other state it takes turns, as the store may answer, or take writes again.
    if (this.#waits || this.#life.kind !== "running") return 0;
    const dueAt = this.#dueAt();
    return dueAt === Number.POSITIVE_INFINITY ? undefined : Math.max(0, dueAt - match.clock);
  }

  onDurable(tick: number): void {
    this.#happens({ kind: "durable", tick });
  }

  onRefused(code: string, tick: number): void {
    this.#happens({ kind: "append-refused", tick, code });
  }

  /**
   * For a planned move: the match stands still from here, and what players ask for waits. Resolves when another node
   * can take it; then `resume` or `giveUp` must follow. The caller limits the waiting time, and calls `resume` after
   * it.
   * @throws when the match is not running, is unprotected, was fenced meanwhile, or its snapshot was not kept; it
   * then continues here, if it may
   */
  handOver(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#hands.movers.push({ kept: resolve, failed: reject });
    this.#happens({ kind: "hand-over-asked" });
    // The caller may have stopped waiting.
    promise.catch(() => {});
    return promise;
  }

  /** The match continues here, if it still may: the epoch decides at the next record. */
  resume(): void {
    this.#happens({ kind: "resumed" });
  }

  /** Another node has the match: nothing more leaves this one, and its players are sent there. */
  giveUp(): void {
    this.#happens({ kind: "handed-over" });
  }

  /** The store has it asleep: it is here no more. A client that comes is told to come again, which wakes it. */
  fellAsleep(): void {
    this.#happens({ kind: "handed-over", asleep: true });
  }

  /** Whether it may sleep, and until when; undefined while it has something to do. */
  rest(): Rest | undefined {
    const { kind } = this.#life;
    return (kind === "running" || kind === "handing-off") && !this.#waits ? restOf(this.match) : undefined;
  }

  /** This process was declared lost: whatever the store answers later, nothing more leaves. */
  fence(): void {
    this.#happens({ kind: "declared-lost" });
  }

  /** Takes a snapshot for a planned stop; resolves when it is kept, or has failed. Its asks are the next owner's. */
  park(): Promise<void> {
    this.#hands.asks.stop();
    this.#happens({ kind: "park-asked" });
    return this.#hands.snapshots.answered(this.match.tick);
  }

  /** The only place where the life changes: an event, its effects, and the events that these cause at once. */
  #happens(event: LifeEvent): void {
    const { kind } = this.#life;
    for (let next: LifeEvent | undefined = event; next !== undefined; ) {
      const { life, effects } = nextLife(this.#life, next, this.#parts.limits);
      this.#life = life;
      next = undefined;
      for (const effect of effects) {
        if (effect.kind === "tick") next = this.#run(effect);
        else perform(this.#hands, effect);
      }
    }
    if (this.#life.kind !== kind) this.onSoon();
  }

  #isStepDue(): boolean {
    return this.#waits || this.match.clock >= this.#dueAt();
  }

  /** An end that somebody who is expected keeps off is looked at again a little later. */
  #dueAt(): number {
    const { dueAt, endsAt, clock } = this.match;
    const isKeptOff = endsAt <= clock && dueAt === endsAt && this.#body.expected();
    return isKeptOff ? clock + expectedAgainMs : dueAt;
  }

  #run({ record: where, patch }: Extract<LifeEffect, { kind: "tick" }>): LifeEvent {
    const { metrics, nowMs, log } = this.#parts;
    const startedMs = nowMs();
    try {
      const bytes = this.#advance(where, patch);
      this.#hands.asks.ticked(this.durableTick);
      metrics.tickRan((nowMs() - startedMs) / 1000);
      return { kind: "ticked", bytes, over: this.match.outcome !== undefined };
    } catch (error) {
      const { tick } = this.match;
      const why = `stopped at tick ${tick}: ${(error as Error).message}; its journal is kept`;
      log(`match ${this.id} ${why}`, { match: this.id, tick, error });
      return { kind: "broke", untilTick: this.#hands.journal.newestTick, why };
    }
  }

  /** @returns how many bytes its record has */
  #advance(where: "append" | "hold" | "drop", patch: boolean): number {
    const { match, epoch, id } = this;
    const { takeInputs, expected, ownCommands } = this.#body;
    const record = match.nextRecord(takeInputs, this.#isHashDue(), expected, ownCommands());
    this.#waits = match.moreMayWait;
    const tick = match.tick + 1;
    const bytes = frameRecordInPlace(this.#codec.encode(record, frameHeaderBytes), { epoch, tick });
    this.#hands.journal.take({ id, epoch, tick, bytes }, where, patch || this.#gate.heldFrames > 0);
    this.#parts.metrics.recordBytes(bytes.length);
    // Applies exactly what the journal says: msgpack turns a lone surrogate in a text into another character, which a
    // replay would get. Inputs are integers in their ranges already.
    // What a durable room did is in bytes, which stay as they are; the names of players are not.
    const { events } = record;
    const isAsWritten = events === undefined || (match.game.isRoom && events.joins === undefined);
    match.apply(isAsWritten ? record : this.#codec.decode(bytes.subarray(frameHeaderBytes)));
    for (const sessionId of record.events?.leaves ?? []) this.#body.seatGone(sessionId);
    if (patch || match.outcome !== undefined) this.#patch(tick);
    return bytes.length;
  }

  #isHashDue(): boolean {
    const { game, tick, clock } = this.match;
    if (game.isRoom) return false;
    if (!isByEvents(game)) return tick % game.tickRate === 0;
    if (clock - this.#hashedAtMs < hashEveryMs) return false;
    this.#hashedAtMs = clock;
    return true;
  }

  #patch(tick: number): void {
    if (!this.unprotected) this.#hands.delays.made(tick);
    const made = this.#body.patch();
    if (made !== undefined && !this.#pass(made.frame, made.bytes)) this.#body.noRoom(made.frame);
    this.#body.patched();
  }

  /** A match that is over has no next record; its room deals with that (room/view-refs.ts). */
  #pass(frame: Frame, bytes: number): boolean {
    const { match } = this;
    const isAhead = match.usesUnreservedRefs || this.#body.isAhead();
    const waitsForNext = isAhead && match.outcome === undefined;
    if (waitsForNext && isByEvents(match.game)) this.arrived();
    this.#awaitedTick = Math.max(this.#awaitedTick, waitsForNext ? match.tick + 1 : match.tick);
    return this.#gate.pass(this.#awaitedTick, frame, bytes);
  }
}

/** Patches are spread evenly over the turns: at 20 of 30, two of three carry one. */
function patchDue(turn: number, game: AnyGame): boolean {
  return (turn * game.patchRate) % game.tickRate < game.patchRate;
}
