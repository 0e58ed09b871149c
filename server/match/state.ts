/**
 * A match as data, and the one function that moves it: `applyRecord`. The live match, the restore after a crash and
 * the replay tool all use it, so they cannot differ (P4). No clock, no store, no socket.
 */
import assert from "node:assert/strict";
import type { Ask } from "../../shared/game/asks.ts";
import type { AnyGame, CommandAnswer, Seat, Stepped, TickRecord, Told } from "../../shared/game/game.ts";
import { type AsksState, heardAnswers, keepAsks } from "./asks/asks-state.ts";
import { clockOf, isByEvents, matchTimeMs } from "./match-time.ts";
import type {
  CommandEvent,
  EndedBecause,
  JoinEvent,
  MatchRecord,
  RecordEvents,
  RefChanges,
  SeatSession,
} from "./record.ts";
import { seatIn } from "./seat-finder.ts";
import { boundedAnswer, keepTold, type SeatEvents } from "./told.ts";

/** A repeated command gets its first answer when it is among the last this many of its seat. */
const answersKept = 16;
/** Beyond it the oldest is dropped. */
const departedMax = 64;

/** A place in the match, or a spectator's, with everything of its player that must survive a crash. */
export interface SeatState {
  /** Invariant: unique in the match among seats; spectators all have "spectator". */
  readonly seat: Seat | "spectator";
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  /**
   * Reconnection token; one for the life of the seat. Colyseus would make a new one at each rejoin, but then a crash
   * between "journaled" and "the client has it" would lock out a client with the old one.
   */
  readonly token: string;
  /** Missing in seats that were stored before sessions existed. */
  readonly session?: SeatSession;
  /** When the connection broke, on the match clock (match-time.ts), while it is broken. */
  droppedAt: number | undefined;
  lastInputSeq: number;
  lastCommandId: number;
  /** The newest answers, oldest first. */
  answers: { id: number; answer: CommandAnswer }[];
  /** What its game told it; undefined: nothing yet. */
  told?: SeatEvents;
}

export interface MatchState {
  tick: number;
  /** Match time of the newest tick; in a game by events only. Invariant: it never falls. */
  nowMs?: number;
  world: object;
  /** In order of arrival. */
  seats: SeatState[];
  refsReserved: number;
  /** Ids of objects of the View that last, by the way to each (room/lasting-refs.ts); undefined: none are known. */
  refs?: Record<string, number>;
  /** Players who left, oldest first. Kept only for a match of a queue, whose ratings need them. */
  departed?: DepartedPlayer[];
  /** When a player last gave up a seat, on the match clock; undefined: never. */
  lastLeftTick?: number;
  /** Why the match ended although its game continues (ending.ts). */
  ended?: EndedBecause;
  /** Fingerprint of the rules that made the World; undefined: unknown. */
  rules?: string;
  /** What its game asked of the outside; undefined: nothing yet. */
  asks?: AsksState;
}

interface DepartedPlayer extends Pick<SeatState, "seat" | "userId" | "name"> {
  /** When they left; undefined when it was stored by a server that did not record it. */
  readonly tick?: number;
}

/** @param about `origin`: whether a queue made the match, and what only the server's side may set */
export function newMatchState(
  game: AnyGame,
  seed: number,
  options: unknown,
  about: { readonly origin?: { readonly serverOptions?: object | undefined } } = {},
): MatchState {
  const serverOptions = game.serverOptions?.parse(about.origin?.serverOptions ?? {});
  const world = game.create(seed, options, serverOptions);
  const clock = isByEvents(game) ? { nowMs: 0 } : {};
  const state: MatchState = { tick: 0, ...clock, world, seats: [], refsReserved: 0 };
  return about.origin === undefined ? state : { ...state, departed: [] };
}

function keepRefs(state: MatchState, { set = [], gone = [] }: RefChanges): void {
  const refs = { ...state.refs };
  for (const path of gone) delete refs[path];
  for (const [path, id] of set) refs[path] = id;
  state.refs = refs;
}

/**
 * Moves `state` by one tick.
 * @returns the game's answers, one per command of the record, in order
 */
export function applyRecord(
  game: AnyGame,
  state: MatchState,
  record: MatchRecord<unknown>,
): readonly CommandAnswer[] {
  state.tick += 1;
  const { events } = record;
  if (events?.now !== undefined) state.nowMs = Math.max(state.nowMs ?? 0, events.now);
  if (events?.refsReserved !== undefined) state.refsReserved = events.refsReserved;
  if (events?.refs !== undefined) keepRefs(state, events.refs);
  if (events?.ends !== undefined) state.ended = events.ends;
  if (events?.rules !== undefined) state.rules = events.rules;
  const forGame = events === undefined ? noChanges : seatChanges(state, events);
  const commands = events?.commands ?? [];
  for (const { seat, inputs } of record.inputs) {
    const last = inputs.at(-1) as { seq: number } | undefined;
    if (last !== undefined) seatOf(state, seat).lastInputSeq = last.seq;
  }
  const tickRecord: TickRecord<unknown> = {
    tick: state.tick,
    now: matchTimeMs(game, state),
    ...forGame,
    commands: commands.map(({ seat, name, payload }) => ({ seat, command: { name, payload } })),
    inputs: record.inputs,
    ...(events?.ends !== undefined && { ends: events.ends }),
    // A later version of the game may declare none while some are pending.
    ...((game.asks ?? state.asks) !== undefined && {
      answers: heardAnswers(state, events?.answers),
      nextAsk: (state.asks?.last ?? 0) + 1,
    }),
  };
  const { answers, told, asks } = steppedOf(game.step(state.world, tickRecord));
  assert(answers.length === commands.length, `${game.name}: one answer per command, got ${answers.length}`);
  const bounded = answers.map(boundedAnswer);
  commands.forEach((command, index) => {
    keepAnswer(state, command, bounded[index]!);
  });
  keepTold(state.seats, told, state.tick);
  keepAsks(game, state, asks);
  return bounded;
}

const nothingTold: readonly Told[] = [];
const nothingAsked: readonly Ask[] = [];

function steppedOf(stepped: ReturnType<AnyGame["step"]>): Required<Stepped> {
  if ("answers" in stepped) return { told: nothingTold, asks: nothingAsked, ...stepped };
  return { answers: stepped, told: nothingTold, asks: nothingAsked };
}

type SeatChanges = Pick<TickRecord<unknown>, "leaves" | "joins" | "drops" | "returns">;

/** The changes of almost every tick. */
const noChanges: SeatChanges = { leaves: [], joins: [], drops: [], returns: [] };

/** Applies the record's arrivals and departures to the seats; returns the part that the game sees. */
function seatChanges(state: MatchState, events: RecordEvents): SeatChanges {
  const numbers = (seats: readonly (SeatState | undefined)[]): Seat[] =>
    seats.flatMap((seat) => (seat === undefined || seat.seat === "spectator" ? [] : [seat.seat]));
  const left = (events.leaves ?? []).map((sessionId) => takeSeat(state, sessionId));
  const joins = events.joins ?? [];
  for (const join of joins) addSeat(state, join);
  const drops = (events.drops ?? []).map((sessionId) => {
    const seat = findSeat(state, sessionId);
    if (seat !== undefined) seat.droppedAt = clockOf(state);
    return seat;
  });
  const returns = (events.returns ?? []).map((sessionId) => {
    const seat = findSeat(state, sessionId);
    if (seat !== undefined) seat.droppedAt = undefined;
    return seat;
  });
  return {
    leaves: numbers(left),
    joins: joins.flatMap(joinOf),
    drops: numbers(drops),
    returns: numbers(returns),
  };
}

/** What the game sees of a join; nothing of a spectator's. */
function joinOf({ seat, name, userId, profile }: JoinEvent): TickRecord<unknown>["joins"] {
  if (seat === "spectator") return [];
  return [{ seat, name, userId, ...(profile !== undefined && { profile }) }];
}

export function findSeat(state: MatchState, sessionId: string): SeatState | undefined {
  return seatIn(state.seats, sessionId);
}

function seatOf(state: MatchState, number: Seat): SeatState {
  const seat = seatIn(state.seats, number);
  assert(seat !== undefined, `record names seat ${number}, which nobody has`);
  return seat;
}

function takeSeat(state: MatchState, sessionId: string): SeatState | undefined {
  const index = state.seats.findIndex((seat) => seat.sessionId === sessionId);
  const taken = index < 0 ? undefined : state.seats.splice(index, 1)[0];
  if (taken === undefined || taken.seat === "spectator") return taken;
  state.lastLeftTick = clockOf(state);
  rememberDeparted(state, taken);
  return taken;
}

function rememberDeparted({ departed, tick }: MatchState, { seat, userId, name }: SeatState): void {
  if (departed === undefined) return;
  departed.push({ seat, userId, name, tick });
  if (departed.length > departedMax) departed.shift();
}

function addSeat(state: MatchState, join: JoinEvent): void {
  state.seats.push({
    seat: join.seat,
    sessionId: join.sessionId,
    userId: join.userId,
    name: join.name,
    token: join.token,
    ...(join.session !== undefined && { session: join.session }),
    droppedAt: undefined,
    lastInputSeq: 0,
    lastCommandId: 0,
    answers: [],
  });
}

function keepAnswer(state: MatchState, command: CommandEvent, answer: CommandAnswer): void {
  if (command.id === 0) return;
  const seat = seatOf(state, command.seat);
  seat.lastCommandId = command.id;
  seat.answers.push({ id: command.id, answer });
  if (seat.answers.length > answersKept) seat.answers.shift();
}
