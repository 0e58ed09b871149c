/**
 * The rows that a director reads in a queue's feed: tickets that have not ended, and matches that request players.
 */

import type { Row } from "../../rows/store.ts";
import type { OpenSeats } from "../engine/ticket.ts";
import { hasEnded, type Ticket } from "../tickets/ticket.ts";
import { isSeatsKey, openSeats } from "./open-seats.ts";

export type FeedRow =
  | { readonly kind: "ticket"; readonly ticket: Ticket }
  | { readonly kind: "seats"; readonly seats: OpenSeats };

export function readFeedRow(row: Row): FeedRow | undefined {
  if (isSeatsKey(row.key)) {
    const seats = openSeats(row);
    return seats && { kind: "seats", seats };
  }
  const ticket = JSON.parse(row.value) as Ticket;
  return hasEnded(ticket) ? undefined : { kind: "ticket", ticket };
}
