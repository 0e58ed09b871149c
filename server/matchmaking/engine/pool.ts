/**
 * The waiting tickets of one queue as columns in order of rating, so that neighbours in skill are neighbours
 * in memory. A ticket is known by its row. Owns who is still free in this round; forms no match.
 */
import { type QueueRules, ticketRefusal } from "../queues.ts";
import { latencyLimitMs, ratingWindow } from "./limits.ts";
import { ascending } from "./order.ts";
import type { WaitingTicket } from "./ticket.ts";

/** What a ticket is in numbers, one row each. */
interface Columns {
  /** Mean mu of the players. */
  readonly rating: Float64Array;
  /** Sum of the players' sigma squared. */
  readonly variance: Float32Array;
  readonly size: Uint8Array;
  readonly waitedMs: Float64Array;
  /** One bit for each of the queue's regions that the ticket accepts now. */
  readonly regions: Uint32Array;
  /** Of the accepted regions the one with the shortest round trip; the first when none is known. */
  readonly bestRegion: Uint8Array;
  /** Position in the queue's modes; -1: any. */
  readonly mode: Int8Array;
}

/** Invariant: `rating` ascends. */
export interface Pool extends Columns {
  readonly rules: QueueRules;
  readonly tickets: readonly WaitingTicket[];
  /** Rows, the longest waiting first. */
  readonly byAge: Uint32Array;
  /** 1: placed, or held for a starving ticket. Invariant: never goes back to 0 within a round. */
  readonly gone: Uint8Array;
}

/** The same for any order of `tickets`: by rating, then age, then id. */
export function poolOf(tickets: readonly WaitingTicket[], rules: QueueRules, nowMs: number): Pool {
  const playable = tickets.filter((ticket) => ticket.queue === rules.name && !ticketRefusal(rules, ticket));
  // Read in the order of the input and sorted as numbers: jumping from object to object is what costs.
  const columns = columnsOf(playable, rules, nowMs);
  const age = inOrderOfAge(playable);
  const rank = ascending(reordered(columns.rating, age));
  const order = reordered(age, rank);
  const byAge = new Uint32Array(order.length);
  for (let row = 0; row < order.length; row++) byAge[rank[row]!] = row;
  return {
    rules,
    tickets: ticketsIn(playable, order),
    rating: reordered(columns.rating, order),
    variance: reordered(columns.variance, order),
    size: reordered(columns.size, order),
    waitedMs: reordered(columns.waitedMs, order),
    regions: reordered(columns.regions, order),
    bestRegion: reordered(columns.bestRegion, order),
    mode: reordered(columns.mode, order),
    byAge,
    gone: new Uint8Array(order.length),
  };
}

/** Half width of its rating window now. */
export function windowOf({ rules, waitedMs }: Pool, row: number): number {
  return ratingWindow(rules, waitedMs[row]!);
}

/** Sum of the players' mu: with `variance`, what a side's strength is made of. */
export function muSumOf({ rating, size }: Pool, row: number): number {
  return rating[row]! * size[row]!;
}

function ticketsIn(tickets: readonly WaitingTicket[], order: Uint32Array): WaitingTicket[] {
  const result = new Array<WaitingTicket>(order.length);
  for (let row = 0; row < order.length; row++) result[row] = tickets[order[row]!]!;
  return result;
}

/** Of two that came in one millisecond the one goes first whose id says so, by its hash before its letters. */
function inOrderOfAge(tickets: readonly WaitingTicket[]): Uint32Array {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (const { createdAtMs } of tickets) earliestMs = Math.min(earliestMs, createdAtMs);
  const ages = new Float64Array(tickets.length);
  for (let at = 0; at < ages.length; at++) {
    const { createdAtMs, id } = tickets[at]!;
    ages[at] = createdAtMs - earliestMs + hashOf(id) / 0x1_0000_0000;
  }
  return ascending(ages, (a, b) => (tickets[a]!.id < tickets[b]!.id ? -1 : 1));
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function reordered<Column extends Float64Array | Float32Array | Uint8Array | Uint32Array | Int8Array>(
  column: Column,
  order: Uint32Array,
): Column {
  const result = column.slice() as Column;
  for (let row = 0; row < order.length; row++) result[row] = column[order[row]!]!;
  return result;
}

function columnsOf(tickets: readonly WaitingTicket[], rules: QueueRules, nowMs: number): Columns {
  const count = tickets.length;
  const columns: Columns = {
    rating: new Float64Array(count),
    variance: new Float32Array(count),
    size: new Uint8Array(count),
    waitedMs: new Float64Array(count),
    regions: new Uint32Array(count),
    bestRegion: new Uint8Array(count),
    mode: new Int8Array(count),
  };
  for (let row = 0; row < count; row++) fillRow(columns, row, tickets[row]!, rules, nowMs);
  return columns;
}

function fillRow(
  columns: Columns,
  row: number,
  ticket: WaitingTicket,
  rules: QueueRules,
  nowMs: number,
): void {
  const { players, mode } = ticket;
  const waitedMs = Math.max(0, nowMs - ticket.createdAtMs);
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
  columns.waitedMs[row] = waitedMs;
  columns.mode[row] = mode === undefined || !rules.modes ? -1 : rules.modes.indexOf(mode);
  fillRegions(columns, row, ticket, rules, latencyLimitMs(rules, waitedMs));
}

/** The regions within the limit, and the best one in any case; all of them when none is known. */
function fillRegions(
  columns: Columns,
  row: number,
  { latencyMs }: WaitingTicket,
  { regions }: QueueRules,
  limitMs: number,
): void {
  let bits = 0;
  let best = -1;
  let bestMs = Number.POSITIVE_INFINITY;
  for (let region = 0; region < regions.length; region++) {
    const ms = latencyMs[regions[region]!];
    if (ms === undefined) continue;
    if (ms < bestMs) {
      best = region;
      bestMs = ms;
    }
    if (ms <= limitMs) bits |= 1 << region;
  }
  columns.regions[row] = best < 0 ? 2 ** regions.length - 1 : bits | (1 << best);
  columns.bestRegion[row] = Math.max(0, best);
}
