/**
 * A running match without its room: it collects what players ask for between two ticks, makes that the record of the
 * next tick, and applies it. It decides who gets a seat, which inputs and commands count, and when a held seat is
 * given up. It knows no store and no socket. Its times are those of the match clock (match-time.ts).
 */
import assert from "node:assert/strict";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { fingerprintOf } from "../../shared/game/fingerprint.ts";
import type { AnyGame, CommandAnswer, NumericInput, Outcome, Seat } from "../../shared/game/game.ts";
import type { Plain } from "../../shared/game/plain.ts";
import { type AnswerEvent, hearsAt } from "./asks/asks-state.ts";
import { WaitingAnswers } from "./asks/waiting-answers.ts";
import { comingEnd, dueEnd, type EndingLimits, outcomeWhenEnded, withLeavers } from "./ending.ts";
import { clockPerSecond, isByEvents, wakeAtOf } from "./match-time.ts";
import type { JoinEvent, MatchRecord, RecordEvents, SeatSession } from "./record.ts";
import { applyRecord, findSeat, type MatchState, type SeatState } from "./state.ts";
import { type InputDrop, type TakeInputs, TakenInputs } from "./taken-inputs.ts";
import { type CommandRequest, type WaitingCommandLimits, WaitingCommands } from "./waiting-commands.ts";

export interface MatchLimits extends EndingLimits, WaitingCommandLimits {
  /** A dropped seat is held for this many ticks of the match clock; Infinity: as long as the match lasts. */
  readonly seatGraceTicks: number;
  /** The same for a spectator's place; default: as a seat. */
  readonly watchGraceTicks?: number;
  readonly spectatorsMax: number;
}

export interface Joining {
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly token: string;
  readonly spectate: boolean;
  /** The seat that was booked for the player; left out: the first free one. */
  readonly seat?: Seat;
  /** The session by which they join. It is kept with the seat; the match does not use it. */
  readonly session?: SeatSession;
  /** What the issuer of the session vouches for: the game hears of it. */
  readonly profile?: Plain;
}

export type JoinResult =
  | { ok: true; seat: Seat | "spectator"; applied: Promise<void> }
  | { ok: false; reason: "seat/full" | "seat/spectators-full" | "seat/already-yours" | "match/over" };

const never = Number.POSITIVE_INFINITY;
/** A client is told this for "as long as the match lasts": JSON has no Infinity. */
const seatGraceToldMsMax = 366 * 24 * 3_600_000;

export class Match {
  readonly game: AnyGame;
  readonly state: MatchState;
  readonly #limits: MatchLimits;
  #joins: { event: JoinEvent; applied: () => void }[] = [];
  #leaves: string[] = [];
  #drops: string[] = [];
  #returns: { sessionId: string; applied: () => void }[] = [];
  #refsUsed = 0;
  #refsToReserve: number | undefined;
  readonly #answers = new WaitingAnswers();
  #rulesChanged = false;
  readonly #taken: TakenInputs;
  readonly #commands: WaitingCommands;
  readonly #timeMs: () => number;
  #outcome: Outcome | undefined;
  #wakeAt: number;
  /** In a game by events: something waits for the next step. */
  onWaiting: () => void = () => {};
  /** The first two users who took a seat in this process: enough to tell whether anybody but one of them did. */
  readonly firstPlayers = new Set<string>();

  constructor(parts: {
    game: AnyGame;
    state: MatchState;
    limits: MatchLimits;
    onInputDrop: (reason: InputDrop) => void;
    /** Match time now, in whole milliseconds; only a game by events needs it. Default: that of the newest tick. */
    timeMs?: (() => number) | undefined;
  }) {
    this.game = parts.game;
    this.state = parts.state;
    this.#limits = parts.limits;
    this.#taken = new TakenInputs(parts.onInputDrop);
    this.#commands = new WaitingCommands(parts.limits, clockPerSecond(parts.game));
    this.#timeMs = parts.timeMs ?? (() => 0);
    this.#outcome = this.#outcomeNow();
    this.#wakeAt = wakeAtOf(this.game, this.state);
  }

  /** How long the seat of a disconnected player is held. */
  get seatGraceMs(): number {
    return Math.min(seatGraceToldMsMax, (this.#limits.seatGraceTicks * 1000) / clockPerSecond(this.game));
  }

  /** What the match clock says now: of a game with ticks, the newest one. */
  get clock(): number {
    const { nowMs, tick } = this.state;
    return nowMs === undefined ? tick : Math.max(nowMs, Math.floor(this.#timeMs()));
  }

  /** When the next step of a game by events is due although nothing arrives, on the match clock; Infinity: never. */
  get dueAt(): number {
    const graces = this.state.seats.map((seat) => (seat.droppedAt ?? never) + this.#graceOf(seat));
    return Math.min(this.#wakeAt, this.endsAt, hearsAt(this.state), ...graces);
  }

  /** When it ends if nobody joins or is expected, on the match clock; Infinity: never. */
  get endsAt(): number {
    return comingEnd(this.state, this.#limits)?.at ?? never;
  }

  /** Whether something that came waits for the next tick. */
  get isBusy(): boolean {
    return this.#cameSince() || this.#refsToReserve !== undefined || this.#rulesChanged;
  }

  /** Whether the last step left inputs or answers for the next one. */
  get moreMayWait(): boolean {
    return this.#taken.mayBeMore || this.#answers.mayBeMore;
  }

  get tick(): number {
    return this.state.tick;
  }

  /** Defined once the match is over. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** Players' seats that are taken, including those of players who are joining. */
  get seatsTaken(): number {
    const waiting = this.#joins.filter(({ event }) => event.seat !== "spectator").length;
    const leaving = this.#leaves.filter((sessionId) => this.seat(sessionId)?.seat !== "spectator").length;
    return this.state.seats.filter((seat) => seat.seat !== "spectator").length + waiting - leaving;
  }

  /** Asks of its game that wait for their answer: a match with one must not sleep. */
  get pendingAsks(): number {
    return this.state.asks?.pending.length ?? 0;
  }

  seat(sessionId: string): SeatState | undefined {
    return findSeat(this.state, sessionId);
  }

  /** Seats that nobody has after the next tick, as far as known. */
  freeSeats(): readonly Seat[] {
    const taken = new Set(this.#comingSeats().map(({ seat }) => seat));
    return Array.from({ length: this.game.seats.max }, (_, seat) => seat).filter((seat) => !taken.has(seat));
  }

  /** Includes spectators who are joining. */
  get spectators(): number {
    const watching = this.state.seats.filter((seat) => seat.seat === "spectator").length;
    return watching + this.#joins.filter(({ event }) => event.seat === "spectator").length;
  }

  /** A player's seat after the next tick; "coming" while the player is joining. */
  seatOfPlayer(userId: string): SeatState | "coming" | undefined {
    const own = ({ userId: of, seat }: Pick<SeatState, "userId" | "seat">) =>
      of === userId && seat !== "spectator";
    const seat = this.state.seats.find((each) => own(each) && !this.#leaves.includes(each.sessionId));
    return seat ?? (this.#joins.some(({ event }) => own(event)) ? "coming" : undefined);
  }

  /** What a user has after the next tick: a seat, places to watch from, or nothing. */
  placesOf(userId: string): number {
    return this.#comingSeats().filter((place) => place.userId === userId).length;
  }

  /** Requests a seat, which is taken with the next tick. */
  join(joining: Joining): JoinResult {
    if (this.#outcome !== undefined) return { ok: false, reason: "match/over" };
    if (!joining.spectate && this.#playsHere(joining.userId))
      return { ok: false, reason: "seat/already-yours" };
    const seat = joining.spectate ? this.#freeSpectator() : this.#freeSeat(joining.seat);
    if (seat === undefined)
      return { ok: false, reason: joining.spectate ? "seat/spectators-full" : "seat/full" };
    const { sessionId, userId, name, token, session, profile } = joining;
    const more = { ...(session !== undefined && { session }), ...(profile !== undefined && { profile }) };
    const event = { seat, sessionId, userId, name, token, ...more };
    const applied = new Promise<void>((resolve) => {
      this.#joins.push({ event, applied: resolve });
    });
    this.onWaiting();
    return { ok: true, seat, applied };
  }

  /** The session's connection broke: its seat is held from the next tick on. */
  drop(sessionId: string): void {
    // A reconnect that no tick has seen yet is discarded; otherwise it would be applied after this drop.
    const index = this.#returns.findIndex((entry) => entry.sessionId === sessionId);
    if (index >= 0) this.#returns.splice(index, 1)[0]!.applied();
    if (this.#holds(sessionId) && !this.#drops.includes(sessionId)) this.#drops.push(sessionId);
    this.onWaiting();
  }

  /** The session is connected again; resolves with the tick that records it. */
  comeBack(sessionId: string): Promise<void> {
    assert(this.#holds(sessionId), `match: ${sessionId} comes back without a seat`);
    return new Promise((resolve) => {
      this.#returns.push({ sessionId, applied: resolve });
      this.onWaiting();
    });
  }

  /** Gives the seat up with the next tick. */
  leave(sessionId: string): void {
    const index = this.#joins.findIndex(({ event }) => event.sessionId === sessionId);
    if (index >= 0) this.#joins.splice(index, 1)[0]!.applied();
    else if (this.seat(sessionId) !== undefined && !this.#leaves.includes(sessionId))
      this.#leaves.push(sessionId);
    this.onWaiting();
  }

  /**
   * Puts a command into the next tick. A repeated id gets the first answer and is not applied again.
   * @returns the game's answer, or why the command did not reach it
   */
  command(sessionId: string, request: CommandRequest): Promise<CommandAnswer> | CommandAnswer {
    const now = { clock: this.clock, over: this.#outcome !== undefined };
    const answered = this.#commands.add(this.seat(sessionId), request, now);
    if (this.#commands.any) this.onWaiting();
    return answered;
  }

  /** A handler has answered an ask: the next record carries it. */
  hear(answer: AnswerEvent): void {
    this.#answers.add(answer);
    this.onWaiting();
  }

  /**
   * The View has used the reference ids below `used`.
   * @param reserve from the next record on those below this are reserved; undefined: there are enough
   */
  useRefs(used: number, reserve: number | undefined): void {
    this.#refsUsed = used;
    if (reserve === undefined) return;
    this.#refsToReserve = reserve;
    this.onWaiting();
  }

  /** Whether ids were used that only the next record reserves: nobody may see them before it. */
  get usesUnreservedRefs(): boolean {
    return this.#refsUsed > this.state.refsReserved;
  }

  /** The game has other rules from the next record on, which says so. A snapshot must be kept before it. */
  rulesChanged(): void {
    this.#rulesChanged = true;
    this.#outcome = this.#outcomeNow();
    this.#wakeAt = wakeAtOf(this.game, this.state);
    this.onWaiting();
  }

  /**
   * Decides the record of the next tick, which must be applied next.
   * @param chainHash whether the record carries the hash of the World before it
   * @param expected whether players are joining: then the match does not end for being empty
   */
  nextRecord(take: TakeInputs, chainHash: boolean, expected = () => false): MatchRecord<NumericInput> {
    const at = this.clock;
    for (const seat of this.state.seats) {
      const { droppedAt, sessionId } = seat;
      const graceOver = droppedAt !== undefined && at - droppedAt >= this.#graceOf(seat);
      if (graceOver && !this.#returns.some((entry) => entry.sessionId === sessionId)) this.leave(sessionId);
    }
    const inputs = this.#taken.of(this.state.seats, (sessionId) => this.#leaves.includes(sessionId), take);
    const due = this.#joins.length > 0 ? undefined : dueEnd(this.state, this.#limits, at);
    const ends = due !== undefined && expected() ? undefined : due;
    const time = isByEvents(this.game) ? { now: at } : undefined;
    if (time === undefined && !chainHash && ends === undefined && !this.#somethingWaits()) return { inputs };
    const events = this.#waitingEvents(chainHash);
    return { inputs, events: { ...time, ...events, ...(ends !== undefined && { ends }) } };
  }

  /**
   * Applies the record that `nextRecord` decided and answers all its requests.
   * @param record as the journal has it: decoded from the bytes that were written
   */
  apply(record: MatchRecord<NumericInput>): void {
    const joins = this.#joins;
    const returns = this.#returns;
    const [commands, tooLate] = this.#commands.byFate(this.#leaves);
    if (record.events !== undefined) this.#clearWaiting();
    const answers = applyRecord(this.game, this.state, record);
    this.#outcome = this.#outcomeNow();
    this.#wakeAt = wakeAtOf(this.game, this.state);
    for (const { event, applied } of joins) {
      if (event.seat !== "spectator" && this.firstPlayers.size < 2) this.firstPlayers.add(event.userId);
      applied();
    }
    for (const entry of returns) entry.applied();
    commands.forEach((command, index) => {
      command.answer(answers[index]!);
    });
    for (const command of tooLate) command.answer({ ok: false, reason: "command/no-seat" });
  }

  #outcomeNow(): Outcome | undefined {
    const outcome = this.game.outcome(this.state.world) ?? outcomeWhenEnded(this.state);
    return outcome && withLeavers(outcome, this.state);
  }

  /** Whether the next record has more than inputs; almost none has. */
  #somethingWaits(): boolean {
    return this.isBusy || this.#otherRules() !== undefined;
  }

  #cameSince(): boolean {
    const arrivals = this.#joins.length + this.#leaves.length + this.#drops.length + this.#returns.length;
    return this.#answers.any || this.#commands.any || arrivals > 0;
  }

  /** The fingerprint of the rules, when the journal does not have it yet. */
  #otherRules(): string | undefined {
    const rules = fingerprintOf(this.game);
    return rules === this.state.rules ? undefined : rules;
  }

  #waitingEvents(chainHash: boolean): RecordEvents {
    const leaves = this.#leaves;
    const remains = (sessionId: string) => !leaves.includes(sessionId);
    const events: { -readonly [Key in keyof RecordEvents]: RecordEvents[Key] } = {};
    if (leaves.length > 0) events.leaves = leaves;
    if (this.#joins.length > 0) events.joins = this.#joins.map(({ event }) => event);
    const drops = this.#drops.filter(remains);
    if (drops.length > 0) events.drops = drops;
    const returns = this.#returns.map(({ sessionId }) => sessionId).filter(remains);
    if (returns.length > 0) events.returns = returns;
    const commands = this.#commands.byFate(this.#leaves)[0].map(({ event }) => event);
    if (commands.length > 0) events.commands = commands;
    if (this.#answers.any) events.answers = this.#answers.next();
    if (this.#refsToReserve !== undefined) events.refsReserved = this.#refsToReserve;
    if (this.#rulesChanged) events.rulesChanged = true;
    const rules = this.#otherRules();
    if (rules !== undefined) events.rules = rules;
    if (chainHash) events.hashBefore = hashPlain(this.state.world);
    return events;
  }

  #clearWaiting(): void {
    for (const sessionId of this.#leaves) {
      this.#taken.forget(sessionId);
      this.#commands.forget(sessionId);
    }
    this.#joins = [];
    this.#leaves = [];
    this.#drops = [];
    this.#returns = [];
    this.#commands.clear();
    this.#answers.carried();
    this.#refsToReserve = undefined;
    this.#rulesChanged = false;
  }

  #graceOf({ seat }: SeatState): number {
    const { seatGraceTicks, watchGraceTicks = seatGraceTicks } = this.#limits;
    return seat === "spectator" ? watchGraceTicks : seatGraceTicks;
  }

  #holds(sessionId: string): boolean {
    return (
      this.seat(sessionId) !== undefined || this.#joins.some(({ event }) => event.sessionId === sessionId)
    );
  }

  /** The seats after the next tick. */
  #comingSeats(): readonly Pick<SeatState, "seat" | "userId">[] {
    const remaining = this.state.seats.filter(({ sessionId }) => !this.#leaves.includes(sessionId));
    return [...remaining, ...this.#joins.map(({ event }) => event)];
  }

  /** A user has at most one seat in a match. */
  #playsHere(userId: string): boolean {
    return this.#comingSeats().some((seat) => seat.userId === userId && seat.seat !== "spectator");
  }

  #freeSeat(wanted: Seat | undefined): Seat | undefined {
    const free = this.freeSeats();
    return wanted === undefined || free.includes(wanted) ? (wanted ?? free[0]) : undefined;
  }

  #freeSpectator(): "spectator" | undefined {
    return this.spectators < this.#limits.spectatorsMax ? "spectator" : undefined;
  }
}
