/**
 * Whether anybody still waits for a ticket. Every request for it renews an expiring row (`seen:<ticket id>`). A
 * ticket without a request for a minute and a half is abandoned, and taken back before others are put into a match
 * with an empty seat.
 */

import { queuePart } from "../../ratings/rating-rows.ts";
import type { Put } from "../../rows/store.ts";
import type { MatchmakingParts } from "../parts.ts";
import type { Ticket } from "./ticket.ts";
import { cancelTicket, type TicketOfUser } from "./tickets.ts";

/** More than the longest wait of one request, plus the time until the next. */
const unseenMsMax = 90_000;

const seenKey = (ticketId: string) => `seen:${ticketId}`;

/** Records that a client waits for the ticket. */
export const seenPut = (ticketId: string): Put => ({
  key: seenKey(ticketId),
  value: "",
  keepMs: unseenMsMax,
});

/** @throws StoreError */
export async function ticketSeen({ store }: MatchmakingParts, { id, queue }: Ticket): Promise<void> {
  await store.commit(queuePart(queue), {
    expect: [],
    put: [seenPut(id)],
  });
}

/** Tickets of one queue without a recent request. @throws StoreError */
export async function abandoned(
  { store, nowMs }: MatchmakingParts,
  tickets: readonly Ticket[],
): Promise<readonly Ticket[]> {
  const old = tickets.filter(({ createdAtMs }) => nowMs() - createdAtMs > unseenMsMax);
  if (old.length === 0) return [];
  const rows = await store.read(
    queuePart(old[0]!.queue),
    old.map(({ id }) => seenKey(id)),
  );
  return old.filter((_, at) => rows[at] === undefined);
}

/** @throws StoreError */
export async function takeBack(parts: MatchmakingParts, ticket: Ticket): Promise<void> {
  const asked: TicketOfUser = { ticketId: ticket.id, userId: ticket.players[0]!.userId };
  await cancelTicket(parts, asked);
}
