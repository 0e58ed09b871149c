/**
 * A match of a game without a server, for tests: who joins and what they send is said line by line, and a tick is a
 * call. Every step is checked (checked-game.ts). What is played goes through the records and the snapshots of the real
 * journal, so `verify` can restore the match from each of its ticks and compare. No sockets, no clock, no store.
 */

import { type Framed, readFrame } from "../server/durability/format.ts";
import type { PendingAsk } from "../server/match/asks/asks-state.ts";
import { isByEvents, matchTimeMs, wakeAtOf } from "../server/match/match-time.ts";
import { type MatchRecord, type RecordEvents, recordCodec } from "../server/match/record.ts";
import { packSnapshot, unpackSnapshot } from "../server/match/snapshot-codec.ts";
import { applyRecord, type MatchState, newMatchState } from "../server/match/state.ts";
import { hashPlain } from "../shared/game/deterministic/hash.ts";
import {
  type AnyGame,
  type CommandAnswer,
  inputsPerTickMax,
  type NumericInput,
  type Outcome,
  type Plain,
  type Seat,
  type Told,
} from "../shared/game/game.ts";
import type { HandlersByGame } from "../shared/game/handlers.ts";
import { words } from "../shared/game/issues.ts";
import type { Locate } from "../shared/game/locate.ts";
import { answerTo, carriedOut } from "./carry-out.ts";
import { checkedStep } from "./checked-game.ts";
import { cleanedInput } from "./cleaned-input.ts";

export interface PlayOptions {
  /** A uint32 for `create`; default 1. */
  readonly seed?: number;
  /** As somebody who makes a match gives them; the game's schema fills in the rest. */
  readonly options?: unknown;
}

/** One turn in a second for a day. */
const stepsInOnePassMax = 86_400;
/** So many steps in a row after each of which `wakeAt` is due already: nothing is going to change that. */
const overdueMax = 1000;

/** The fields of an input, without `seq`; what is left out is the least that it may be. */
export type PlayedInput = Readonly<Record<string, number>>;

/** The World of a game. */
export type WorldOf<G extends AnyGame> = ReturnType<G["create"]>;

interface PlayedTick {
  readonly record: Uint8Array;
  /** The state before the tick. */
  readonly before: Framed;
  readonly hash: string;
  readonly answers: readonly CommandAnswer[];
}

/** @throws Error when the options are none of the game, or a check of the first World fails */
export function play<G extends AnyGame>(game: G, options: PlayOptions = {}): Play<G> {
  return new Play(game, options);
}

export class Play<G extends AnyGame> {
  readonly #game: G;
  readonly #checked: AnyGame;
  readonly #state: MatchState;
  readonly #codec: ReturnType<typeof recordCodec<NumericInput>>;
  readonly #played: PlayedTick[] = [];
  readonly #sessions = new Map<Seat, string>();
  readonly #seqs = new Map<Seat, number>();
  #waiting: { -readonly [Part in keyof RecordEvents]: RecordEvents[Part] } = {};
  #inputs = new Map<Seat, NumericInput[]>();
  #joined = 0;
  #told: readonly Told[] = [];
  /** Match time of a game by events. */
  #nowMs = 0;

  constructor(game: G, { seed = 1, options }: PlayOptions) {
    const parsed = game.options.safeParse(options ?? {});
    if (!parsed.success)
      throw new Error(`${game.name} refuses the options: ${words(parsed.error.issues, "options")}`);
    this.#game = game;
    const fail = (problem: string) => {
      throw new Error(`${game.name}: ${problem}`);
    };
    const step = checkedStep(game, fail);
    this.#checked = {
      ...game,
      step: (world, record) => {
        const stepped = step(world, record);
        this.#told = "answers" in stepped ? (stepped.told ?? []) : [];
        return stepped;
      },
    };
    this.#codec = recordCodec<NumericInput>(game.input as never);
    this.#state = newMatchState(game, seed, parsed.data);
    hashPlain(this.#state.world);
  }

  /** As it is now; it changes with every tick. */
  get world(): WorldOf<G> {
    return this.#state.world as WorldOf<G>;
  }

  /** What players see now, as `of` says it. */
  get seen(): Plain {
    return this.#game.view.of(this.world);
  }

  /** Defined once the match is over. */
  get outcome(): Outcome | undefined {
    return this.#game.outcome(this.world);
  }

  /** What the last tick told players. */
  get told(): readonly Told[] {
    return this.#told;
  }

  /** Match time in milliseconds. In a game by events only `pass` moves it. */
  get now(): number {
    return isByEvents(this.#game) ? this.#nowMs : matchTimeMs(this.#game, this.#state);
  }

  /** What the game asked and was not answered yet, also not for the next tick; the oldest first. */
  get asks(): readonly PendingAsk[] {
    const answered = new Set(this.#waiting.answers?.map(({ id }) => id));
    return (this.#state.asks?.pending ?? []).filter(({ id }) => !answered.has(id));
  }

  /** How many ticks were played. */
  get tickNumber(): number {
    return this.#state.tick;
  }

  /** The seats that are taken, with the next tick. */
  get seats(): readonly Seat[] {
    return [...this.#sessions.keys()].sort((a, b) => a - b);
  }

  /**
   * With the next tick.
   * @param profile what the issuer of their session vouches for
   * @returns the seat: the first free one. @throws Error when all are taken
   */
  join(name = "player", profile?: Plain): Seat {
    const seat = Array.from({ length: this.#game.seats.max }, (_, each) => each).find(
      (each) => !this.#sessions.has(each),
    );
    if (seat === undefined)
      throw new Error(`${this.#game.name}: all ${this.#game.seats.max} seats are taken`);
    this.#joined += 1;
    const sessionId = `session-${this.#joined}`;
    this.#sessions.set(seat, sessionId);
    const join = { seat, sessionId, userId: `user-${this.#joined}`, name, token: `token-${this.#joined}` };
    const event = { ...join, ...(profile !== undefined && { profile }) };
    this.#waiting.joins = [...(this.#waiting.joins ?? []), event];
    return seat;
  }

  /** With the next tick. */
  leave(seat: Seat): void {
    const sessionId = this.#session(seat);
    this.#waiting.leaves = [...(this.#waiting.leaves ?? []), sessionId];
    for (const map of [this.#sessions, this.#seqs, this.#inputs]) map.delete(seat);
  }

  /** The seat's connection breaks, with the next tick; the seat is held. */
  drop(seat: Seat): void {
    this.#waiting.drops = [...(this.#waiting.drops ?? []), this.#session(seat)];
  }

  /** A dropped seat's player is back, with the next tick. */
  comeBack(seat: Seat): void {
    this.#waiting.returns = [...(this.#waiting.returns ?? []), this.#session(seat)];
  }

  /** For the next tick, in the order of the calls. @throws Error when the payload is none of the game's */
  command(seat: Seat, name: string, payload: unknown = {}): void {
    this.#session(seat);
    const parsed = this.#game.commands[name]?.safeParse(payload);
    if (parsed === undefined) throw new Error(`${this.#game.name} has no command "${name}"`);
    if (!parsed.success)
      throw new Error(`${this.#game.name}, command ${name}: ${words(parsed.error.issues, "payload")}`);
    this.#waiting.commands = [...(this.#waiting.commands ?? []), { seat, id: 0, name, payload: parsed.data }];
  }

  /** What a handler would answer, with the next tick. @throws Error when that was not asked, or is no answer to it */
  answer(id: number, data: unknown): void {
    const ask = this.asks.find((each) => each.id === id);
    if (ask === undefined) throw new Error(`${this.#game.name}: no ask ${id} waits for its answer`);
    const answer = { id, data: answerTo(this.#game, ask, data) };
    this.#waiting.answers = [...(this.#waiting.answers ?? []), answer];
  }

  /**
   * Gives all `asks` to handlers; their answers come with the next tick. @throws what a handler throws
   * @param locate where users play; left out: nobody plays anywhere
   */
  async carryOut(handlers: HandlersByGame, locate?: Locate): Promise<void> {
    for (const { id, data } of await carriedOut(this.#game, this.asks, handlers, locate))
      this.answer(id, data);
  }

  /** For the next tick, after those that wait already. What is out of range is clamped, as the server does. */
  input(seat: Seat, given: PlayedInput): void {
    this.#session(seat);
    const waiting = this.#inputs.get(seat) ?? [];
    if (waiting.length >= inputsPerTickMax)
      throw new Error(`a seat brings at most ${inputsPerTickMax} inputs into a tick`);
    const seq = (this.#seqs.get(seat) ?? 0) + 1;
    this.#seqs.set(seat, seq);
    this.#inputs.set(seat, [...waiting, cleanedInput(this.#game.input as never, { ...given, seq })]);
  }

  /**
   * One tick with everything that waits.
   * @param inputs one more of each of these seats
   * @returns the answers to its commands, in their order
   * @throws Error naming the tick, when a rule breaks what the journal relies on
   */
  tick(inputs: Readonly<Record<Seat, PlayedInput>> = {}): readonly CommandAnswer[] {
    for (const [seat, given] of Object.entries(inputs)) this.input(Number(seat), given);
    const record = this.#codec.encode(this.#nextRecord());
    const before = this.#snapshot();
    const answers = applyRecord(this.#checked, this.#state, this.#codec.decode(record));
    this.#played.push({ record, before, answers, hash: hashPlain(this.world) });
    return answers;
  }

  /** As many ticks as said, until the match is over; each with these inputs. */
  ticks(count: number, inputs: Readonly<Record<Seat, PlayedInput>> = {}): void {
    for (let left = count; left > 0 && this.outcome === undefined; left--) this.tick(inputs);
  }

  /**
   * Lets match time pass. A game by events is played whenever `wakeAt` is due on the way; what waits is played with the
   * first of these ticks. A game with ticks is played for as many ticks as that time has.
   * @throws Error when `wakeAt` is due again and again without end
   */
  pass(ms: number): void {
    if (!isByEvents(this.#game)) {
      this.ticks(Math.round(((this.now + ms) * this.#game.tickRate) / 1000) - this.#state.tick);
      return;
    }
    const untilMs = this.#nowMs + ms;
    let steps = 0;
    let overdue = 0;
    let earliestMs = this.#nowMs;
    for (;;) {
      const dueMs = Math.ceil(Math.max(earliestMs, wakeAtOf(this.#game, this.#state)));
      if (dueMs > untilMs || this.outcome !== undefined) break;
      if (++steps > stepsInOnePassMax || overdue === overdueMax)
        throw new Error(`${this.#game.name}: \`wakeAt\` is still due after ${steps - 1} steps`);
      this.#nowMs = dueMs;
      this.tick();
      overdue = wakeAtOf(this.#game, this.#state) <= dueMs ? overdue + 1 : 0;
      earliestMs = dueMs + 1000 / this.#game.tickRate;
    }
    this.#nowMs = untilMs;
  }

  /**
   * Restores the match from its snapshot before every tick, plays that tick again, and compares hash and answers.
   * What a rule keeps outside of the World shows here. @throws Error naming the first tick that differs
   */
  verify(): void {
    for (const [index, { record, before, answers, hash }] of this.#played.entries()) {
      const { state } = unpackSnapshot(before);
      const again = applyRecord(this.#game, state, this.#codec.decode(record));
      const tick = `${this.#game.name}: tick ${index + 1}, played again from its snapshot,`;
      if (hashPlain(state.world) !== hash) throw new Error(`${tick} leads to another World`);
      if (hashPlain(plain(again)) !== hashPlain(plain(answers)))
        throw new Error(`${tick} answers differently`);
    }
  }

  #nextRecord(): MatchRecord<NumericInput> {
    const inputs = [...this.#inputs]
      .sort(([a], [b]) => a - b)
      .map(([seat, each]) => ({ seat, inputs: each }));
    const events = { ...(isByEvents(this.#game) && { now: this.#nowMs }), ...this.#waiting };
    this.#inputs = new Map();
    this.#waiting = {};
    return Object.keys(events).length === 0 ? { inputs } : { inputs, events };
  }

  #snapshot(): Framed {
    const read = readFrame(packSnapshot({ epoch: 1, state: this.#state, version: this.#game.version }));
    if (!read.ok) throw new Error(`${this.#game.name}: a snapshot cannot be read: ${read.reason}`);
    return { ...read, payload: Uint8Array.from(read.payload) };
  }

  #session(seat: Seat): string {
    const sessionId = this.#sessions.get(seat);
    if (sessionId === undefined) throw new Error(`${this.#game.name}: nobody has seat ${seat}`);
    return sessionId;
  }
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Plain;
