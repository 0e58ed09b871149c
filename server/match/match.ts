/**
 * A running match without its room: it collects what players ask for between two ticks, makes that the record of the
 * next tick, and applies it. It decides when a held seat is given up and when the match ends; its parts decide who gets
 * a seat, and which inputs and commands count. It knows no store and no socket. Its times are those of the match clock (match-time.ts).
 */
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { fingerprintOf } from "../../shared/game/fingerprint.ts";
import type { AnyGame, CommandAnswer, NumericInput, Outcome, Seat } from "../../shared/game/game.ts";
import { type AnswerEvent, hearsAt } from "./asks/asks-state.ts";
import { WaitingAnswers } from "./asks/waiting-answers.ts";
import { comingEnd, dueEnd, type EndingLimits, outcomeWhenEnded, withLeavers } from "./ending.ts";
import { clockPerSecond, isByEvents, wakeAtOf } from "./match-time.ts";
import type { CommandEvent, MatchRecord, RecordEvents, RefChanges } from "./record.ts";
import { applyRecord, findSeat, type MatchState, type SeatState } from "./state.ts";
import { type InputDrop, type TakeInputs, TakenInputs } from "./taken-inputs.ts";
import { type CommandRequest, type WaitingCommandLimits, WaitingCommands } from "./waiting-commands.ts";
import { type Joining, type JoinResult, WaitingSeats } from "./waiting-seats.ts";

export interface MatchLimits extends EndingLimits, WaitingCommandLimits {
  /** A dropped seat is held for this many ticks of the match clock; Infinity: as long as the match lasts. */
  readonly seatGraceTicks: number;
  /** The same for a spectator's place; default: as a seat. */
  readonly watchGraceTicks?: number;
  readonly spectatorsMax: number;
}

const nobody = { joins: [], returns: [] };
const never = Number.POSITIVE_INFINITY;
/** A client is told this for "as long as the match lasts": JSON has no Infinity. */
const seatGraceToldMsMax = 366 * 24 * 3_600_000;

export class Match {
  readonly game: AnyGame;
  readonly state: MatchState;
  readonly #limits: MatchLimits;
  #refsUsed = 0;
  #refsToReserve: number | undefined;
  #refChanges: RefChanges | undefined;
  readonly #answers = new WaitingAnswers();
  #rulesChanged = false;
  readonly #seats: WaitingSeats;
  readonly #taken: TakenInputs;
  readonly #commands: WaitingCommands;
  readonly #timeMs: () => number;
  #outcome: Outcome | undefined;
  #isClosing = false;
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
    const { game, state, limits } = parts;
    this.game = game;
    this.state = state;
    this.#limits = limits;
    this.#seats = new WaitingSeats({ game, state, spectatorsMax: limits.spectatorsMax });
    this.#taken = new TakenInputs(parts.onInputDrop);
    this.#commands = new WaitingCommands(limits, clockPerSecond(game));
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
    let dueAt = Math.min(this.#wakeAt, this.endsAt, hearsAt(this.state));
    for (const seat of this.state.seats)
      if (seat.droppedAt !== undefined) dueAt = Math.min(dueAt, seat.droppedAt + this.#graceOf(seat));
    return dueAt;
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
    return this.#seats.taken;
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
    return this.#seats.free();
  }

  /** Includes spectators who are joining. */
  get spectators(): number {
    return this.#seats.spectators;
  }

  /** A player's seat after the next tick; "coming" while the player is joining. */
  seatOfPlayer(userId: string): SeatState | "coming" | undefined {
    return this.#seats.ofPlayer(userId);
  }

  /** What a user has after the next tick: a seat, places to watch from, or nothing. */
  placesOf(userId: string): number {
    return this.#seats.placesOf(userId);
  }

  /** Requests a seat, which is taken with the next tick. */
  join(joining: Joining): JoinResult {
    if (this.#outcome !== undefined) return { ok: false, reason: "match/over" };
    const result = this.#seats.join(joining);
    if (result.ok) this.onWaiting();
    return result;
  }

  /** The session's connection broke: its seat is held from the next tick on. */
  drop(sessionId: string): void {
    this.#seats.drop(sessionId);
    this.onWaiting();
  }

  /** The session is connected again; resolves with the tick that records it. */
  comeBack(sessionId: string): Promise<void> {
    const applied = this.#seats.comeBack(sessionId);
    this.onWaiting();
    return applied;
  }

  /** Gives the seat up with the next tick. */
  leave(sessionId: string): void {
    this.#seats.leave(sessionId);
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

  /** The next record has it. No step is made for it. */
  keepRefs(changes: RefChanges): void {
    this.#refChanges = changes;
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

  /** Ends it with the next tick. Those who are in it share its result. */
  close(): void {
    this.#isClosing = true;
    this.onWaiting();
  }

  /**
   * Decides the record of the next tick, which must be applied next.
   * @param chainHash whether the record carries the hash of the World before it
   * @param expected whether players are joining: then the match does not end for being empty
   * @param own commands of a durable room
   */
  nextRecord(
    take: TakeInputs,
    chainHash: boolean,
    expected = () => false,
    own: readonly CommandEvent[] = [],
  ): MatchRecord<NumericInput> {
    const at = this.clock;
    for (const seat of this.state.seats) {
      const { droppedAt, sessionId } = seat;
      const graceOver = droppedAt !== undefined && at - droppedAt >= this.#graceOf(seat);
      if (graceOver && !this.#seats.isReturning(sessionId)) this.leave(sessionId);
    }
    const { leaves } = this.#seats;
    // Colyseus itself has the inputs of a durable room.
    const seats = this.game.isRoom ? [] : this.state.seats;
    const inputs = this.#taken.of(seats, (sessionId) => leaves.includes(sessionId), take);
    const due = this.#seats.anyJoins ? undefined : dueEnd(this.state, this.#limits, at);
    const ends = this.#isClosing ? "closed" : due !== undefined && expected() ? undefined : due;
    const time = isByEvents(this.game) ? { now: at } : undefined;
    const rules = this.#otherRules();
    // Almost no record has more than inputs.
    const isPlain = time === undefined && rules === undefined && ends === undefined;
    if (isPlain && !chainHash && !this.isBusy && this.#refChanges === undefined) return { inputs };
    const events = { ...time, ...this.#waitingEvents(own), ...(rules !== undefined && { rules }) };
    const hash = chainHash && { hashBefore: hashPlain(this.state.world) };
    return { inputs, events: { ...events, ...hash, ...(ends !== undefined && { ends }) } };
  }

  /**
   * Applies the record that `nextRecord` decided and answers all its requests.
   * @param record as the journal has it: decoded from the bytes that were written
   */
  apply(record: MatchRecord<NumericInput>): void {
    const [commands, tooLate] = this.#commands.byFate(this.#seats.leaves);
    const { joins, returns } = record.events === undefined ? nobody : this.#carried();
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

  #cameSince(): boolean {
    return this.#answers.any || this.#commands.any || this.#seats.any;
  }

  /** The fingerprint of the rules, when the journal does not have it yet. */
  #otherRules(): string | undefined {
    const rules = fingerprintOf(this.game);
    return rules === this.state.rules ? undefined : rules;
  }

  #waitingEvents(own: readonly CommandEvent[]): RecordEvents {
    const waiting = this.#commands.byFate(this.#seats.leaves)[0].map(({ event }) => event);
    const commands = own.length === 0 ? waiting : [...waiting, ...own];
    return {
      ...this.#seats.events(),
      ...(commands.length > 0 && { commands }),
      ...(this.#answers.any && { answers: this.#answers.next() }),
      ...(this.#refsToReserve !== undefined && { refsReserved: this.#refsToReserve }),
      ...(this.#refChanges !== undefined && { refs: this.#refChanges }),
      ...(this.#rulesChanged && { rulesChanged: true }),
    };
  }

  /** The next record has all that waited. @returns those who must be told once it is applied */
  #carried(): ReturnType<WaitingSeats["carried"]> {
    for (const sessionId of this.#seats.leaves) {
      this.#taken.forget(sessionId);
      this.#commands.forget(sessionId);
    }
    this.#commands.clear();
    this.#answers.carried();
    this.#refsToReserve = undefined;
    this.#refChanges = undefined;
    this.#rulesChanged = false;
    return this.#seats.carried();
  }

  #graceOf({ seat }: SeatState): number {
    const { seatGraceTicks, watchGraceTicks = seatGraceTicks } = this.#limits;
    return seat === "spectator" ? watchGraceTicks : seatGraceTicks;
  }
}
