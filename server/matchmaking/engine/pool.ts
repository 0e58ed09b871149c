/**
 * The waiting tickets of one queue as columns in order of rating, so that neighbours in skill are neighbours in
 * memory. A ticket is identified by its row. It owns which tickets are still free in this round, and forms no match.
 */
import type { UnixMs } from "../../../shared/clock.ts";
import { type QueueRules, ticketRefusal } from "../queues.ts";
import { latencyLimitMs, ratingWindow } from "./limits.ts";
import type { Memory } from "./memory.ts";
import { ascending } from "./order.ts";
import { willPlay } from "./roles.ts";
import type { TicketPlayer, WaitingTicket } from "./ticket.ts";

/** A ticket in numbers, one row each. */
interface Columns {
  /** Its position in the input. */
  readonly source: Uint32Array;
  /** Mean mu of the players. */
  readonly rating: Float64Array;
  /** Sum of the players' sigma squared. */
  readonly variance: Float64Array;
  readonly size: Uint8Array;
  readonly waitedMs: Float64Array;
  /** One bit per region of the queue that the ticket accepts now. */
  readonly regions: Uint32Array;
  /** The accepted region with the shortest round trip; the first when none is known. */
  readonly bestRegion: Uint8Array;
  /** Position in the queue's modes; -1: any. */
  readonly mode: Int8Array;
  /** One bit per role of the queue (in order of name) that one of the players is willing to play. */
  readonly roles: Uint32Array;
}

/** Invariant: `rating` ascends. */
export interface Pool extends Columns {
  readonly memory: Memory;
  readonly rules: QueueRules;
  /** As given, including tickets of other queues (see `ticketOf`). */
  readonly tickets: readonly WaitingTicket[];
  /** By row: half width of its rating window now. */
  readonly window: Float64Array;
  /** Seats per role of one team, in order of role name. */
  readonly roleSeats: readonly number[];
  /** By source, then region; 0: unknown. Read through `roundTripMs`. */
  readonly roundTrips: Float64Array;
  /** Rows, the longest waiting first. */
  readonly byAge: Uint32Array;
  /** 1: placed, or held for a starving ticket. Invariant: never returns to 0 within a round. */
  readonly gone: Uint8Array;
}

interface WaitingTickets {
  readonly tickets: readonly WaitingTicket[];
  readonly rules: QueueRules;
  readonly nowMs: UnixMs;
}

/** Independent of the order of `tickets`: sorted by rating, then age, then id. */
export function poolOf({ tickets, rules, nowMs }: WaitingTickets, memory: Memory): Pool {
  // Read in input order and sorted as numbers, because jumping from object to object is what costs.
  const roundTrips = memory.float64s(tickets.length * rules.regions.length).fill(0);
  const columns = columnsOf({ tickets, rules, nowMs }, roundTrips, memory);
  const age = inOrderOfAge(tickets, columns.source, memory);
  const ratingByAge = memory.float64s(age.length);
  for (let turn = 0; turn < age.length; turn++) ratingByAge[turn] = columns.rating[age[turn]!]!;
  const rank = ascending(ratingByAge, memory);
  const order = memory.uint32s(age.length);
  const byAge = memory.uint32s(age.length);
  for (let row = 0; row < order.length; row++) {
    const turn = rank[row]!;
    order[row] = age[turn]!;
    byAge[turn] = row;
  }
  const gone = memory.uint8s(order.length).fill(0);
  const roleSeats = namesOf(rules.roles).map((name) => rules.roles![name]!);
  const sorted = reordered(columns, order, memory);
  const window = memory.float64s(order.length);
  for (let row = 0; row < order.length; row++) window[row] = ratingWindow(rules, sorted.waitedMs[row]!);
  return { memory, rules, tickets, roleSeats, roundTrips, ...sorted, window, byAge, gone };
}

/** Slow, as tickets are spread over memory: call it for matched tickets, not for every ticket looked at. */
export function ticketOf({ tickets, source }: Pool, row: number): WaitingTicket {
  return tickets[source[row]!]!;
}

/** 0: not known. */
export function roundTripMs({ roundTrips, source, rules }: Pool, row: number, region: number): number {
  return roundTrips[source[row]! * rules.regions.length + region]!;
}

/** Sum of the players' mu: with `variance`, the parts of a side's strength. */
export function muSumOf({ rating, size }: Pool, row: number): number {
  return rating[row]! * size[row]!;
}

/** For two tickets created in one millisecond the id decides, by its hash before its letters. */
function inOrderOfAge(tickets: readonly WaitingTicket[], source: Uint32Array, memory: Memory): Uint32Array {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (const at of source) earliestMs = Math.min(earliestMs, tickets[at]!.createdAtMs);
  const ages = memory.float64s(source.length);
  for (let row = 0; row < ages.length; row++) {
    const { createdAtMs, id } = tickets[source[row]!]!;
    ages[row] = createdAtMs - earliestMs + hashOf(id) / 0x1_0000_0000;
  }
  return ascending(ages, memory, (a, b) => (tickets[source[a]!]!.id < tickets[source[b]!]!.id ? -1 : 1));
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function someColumns(count: number, memory: Memory): Columns {
  return {
    source: memory.uint32s(count),
    rating: memory.float64s(count),
    variance: memory.float64s(count),
    size: memory.uint8s(count),
    waitedMs: memory.float64s(count),
    regions: memory.uint32s(count),
    bestRegion: memory.uint8s(count),
    mode: memory.int8s(count),
    roles: memory.uint32s(count),
  };
}

/**
 * Written out, because a function that gets arrays of five types is not optimised for any: it took ten times as long.
 */
function reordered(from: Columns, order: Uint32Array, memory: Memory): Columns {
  const to = someColumns(order.length, memory);
  for (let row = 0; row < order.length; row++) {
    const at = order[row]!;
    to.source[row] = from.source[at]!;
    to.rating[row] = from.rating[at]!;
    to.variance[row] = from.variance[at]!;
    to.size[row] = from.size[at]!;
    to.waitedMs[row] = from.waitedMs[at]!;
    to.regions[row] = from.regions[at]!;
    to.bestRegion[row] = from.bestRegion[at]!;
    to.mode[row] = from.mode[at]!;
    to.roles[row] = from.roles[at]!;
  }
  return to;
}

/** Columns of the tickets that can be matched in this queue at all, in input order. */
function columnsOf(
  { tickets, rules, nowMs }: WaitingTickets,
  roundTrips: Float64Array,
  memory: Memory,
): Columns {
  const columns = someColumns(tickets.length, memory);
  const roleNames = namesOf(rules.roles);
  let count = 0;
  for (let at = 0; at < tickets.length; at++) {
    const ticket = tickets[at]!;
    if (ticket.queue !== rules.name || ticketRefusal(rules, ticket)) continue;
    columns.source[count] = at;
    fillPlayers(columns, count, ticket.players);
    const waitedMs = Math.max(0, nowMs - ticket.createdAtMs);
    columns.waitedMs[count] = waitedMs;
    columns.mode[count] = ticket.mode === undefined ? -1 : (rules.modes?.indexOf(ticket.mode) ?? -1);
    columns.roles[count] = roleNames.length === 0 ? 0 : roleBitsOf(ticket.players, roleNames);
    fillRegions(columns, count, ticket, rules, roundTrips);
    count += 1;
  }
  return count === tickets.length ? columns : { ...columns, source: columns.source.subarray(0, count) };
}

function fillPlayers(columns: Columns, row: number, players: readonly TicketPlayer[]): void {
  let mu = 0;
  let variance = 0;
  for (let player = 0; player < players.length; player++) {
    const { rating } = players[player]!;
    mu += rating.mu;
    variance += rating.sigma * rating.sigma;
  }
  columns.rating[row] = mu / players.length;
  columns.variance[row] = variance;
  columns.size[row] = players.length;
}

function namesOf(roles: QueueRules["roles"] = {}): string[] {
  return Object.keys(roles).sort();
}

function roleBitsOf(players: readonly TicketPlayer[], names: readonly string[]): number {
  let bits = 0;
  for (const player of players)
    for (let role = 0; role < names.length; role++) if (willPlay(player, names[role]!)) bits |= 1 << role;
  return bits;
}

/** The regions within the limit, and always the best one; all regions when no round trip is known. */
function fillRegions(
  columns: Columns,
  row: number,
  { latencyMs }: WaitingTicket,
  rules: QueueRules,
  roundTrips: Float64Array,
): void {
  const { regions } = rules;
  const limitMs = latencyLimitMs(rules, columns.waitedMs[row]!);
  const first = columns.source[row]! * regions.length;
  let bits = 0;
  let best = -1;
  let bestMs = Number.POSITIVE_INFINITY;
  for (let region = 0; region < regions.length; region++) {
    const ms = latencyMs[regions[region]!];
    if (ms === undefined) continue;
    roundTrips[first + region] = ms;
    if (ms < bestMs) {
      best = region;
      bestMs = ms;
    }
    if (ms <= limitMs) bits |= 1 << region;
  }
  columns.regions[row] = best < 0 ? 2 ** regions.length - 1 : bits | (1 << best);
  columns.bestRegion[row] = Math.max(0, best);
}
