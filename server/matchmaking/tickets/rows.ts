/**
 * Tickets as rows of their queue's part, and the one way to change them. Keys:
 *
 *   ticket:<id>            JSON of Ticket
 * player:<user id>       id of the one ticket in which the player waits; removed when the ticket ends
 * asked:<user id>:<hash> the request under the Idempotency-Key with this hash
 *
 * A ticket and its players' rows are written together, so a player can never wait twice in a queue.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { UnixMs } from "../../../shared/clock.ts";
import { endedFeedMs } from "../../rows/follower.ts";
import type { Commit, Put, Row, Version } from "../../rows/store.ts";
import { hasEnded, nextStates, type Ticket } from "./ticket.ts";

/** An ended ticket can be read for this long. */
const endedKeptMs = 10 * 60_000;
/** A ticket is kept for this time after its end, if no director is there to end it. */
const overdueKeptMs = 60_000;
/** A player's row expires after the ticket's: it must never be missing while the ticket exists. */
const playerKeptMs = 3 * overdueKeptMs;

export interface TicketRow {
  readonly ticket: Ticket;
  readonly version: Version;
}

export const ticketKey = (id: string) => `ticket:${id}`;
export const playerKey = (userId: string) => `player:${userId}`;
export function askedKey(userId: string, idempotencyKey: string): string {
  return `asked:${userId}:${createHash("sha256").update(idempotencyKey).digest("base64url")}`;
}

export function ticketRow(row: Row | undefined): TicketRow | undefined {
  return row && { ticket: JSON.parse(row.value) as Ticket, version: row.version };
}

export function newTicketPuts(ticket: Ticket, nowMs: UnixMs): Put[] {
  return [ticketPut(ticket, nowMs), ...playerPuts(ticket, nowMs)];
}

/** Records that the ticket's players wait. */
export function playerPuts(ticket: Ticket, nowMs: UnixMs): Put[] {
  const keepMs = Math.max(ticket.expiresAtMs - nowMs, 0) + playerKeptMs;
  return ticket.players.map(({ userId }) => ({ key: playerKey(userId), value: ticket.id, keepMs }));
}

/** Writes all of these changes or none, and notifies the callers that wait for one of the tickets. */
export function ticketChange(changes: readonly { from: TicketRow; to: Ticket }[], nowMs: UnixMs): Commit {
  for (const { from, to } of changes)
    assert(
      nextStates[from.ticket.state].includes(to.state),
      `ticket ${to.id} cannot go from ${from.ticket.state} to ${to.state}`,
    );
  return {
    expect: changes.map(({ from, to }) => ({ key: ticketKey(to.id), version: from.version })),
    put: changes.map(({ to }) => ({ ...ticketPut(to, nowMs), tell: true })),
    remove: changes.flatMap(({ to }) =>
      hasEnded(to) ? to.players.map(({ userId }) => playerKey(userId)) : [],
    ),
  };
}

function ticketPut(ticket: Ticket, nowMs: UnixMs): Put {
  const { keepMs, feedMs } = hasEnded(ticket)
    ? { keepMs: endedKeptMs, feedMs: endedFeedMs }
    : sameMs(Math.max(ticket.expiresAtMs - nowMs, 0) + overdueKeptMs);
  return { key: ticketKey(ticket.id), value: JSON.stringify(ticket), keepMs, feedMs: feedMs };
}

const sameMs = (ms: number) => ({ keepMs: ms, feedMs: ms });
