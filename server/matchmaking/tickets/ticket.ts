/**
 * A ticket: one player or one party that waits in a queue, and the states of its life. A ticket is one row of its
 * queue's part and so in one state at any time. Pure; tickets.ts and the director write it.
 */
import type { WaitingTicket } from "../engine/ticket.ts";

/** What a player of an assigned ticket joins with. */
export interface AssignedSeat {
  readonly sessionId: string;
  /** Opaque here: what the client hands to the room. */
  readonly reservation: unknown;
}

export interface Assignment {
  readonly matchId: string;
  /** Where the match is now, if that matters to the client. */
  readonly address?: string;
  readonly region: string;
  /** Side of the match, from 0. */
  readonly team: number;
  /** In a queue with roles: user id to the role to play. */
  readonly roles?: Readonly<Record<string, string>>;
  /** By user id; every player of the ticket has one. */
  readonly seats: Readonly<Record<string, AssignedSeat>>;
}

interface TicketBase extends WaitingTicket {
  readonly partyId?: string;
  /** Ranges of addresses of who asked for it, the smallest first. */
  readonly from?: readonly string[];
  /** Unix ms. By then it has left `waiting`, one way or another. */
  readonly expiresAtMs: number;
  /** How often a proposal fell through for which this ticket may have been the reason. */
  readonly fellThrough: number;
}

/** In order of life. */
export type TicketState = Ticket["state"];

export type Waiting = TicketBase & {
  /** In no proposal. */
  readonly state: "waiting";
  /** Unix ms; left out of proposals until then, after one fell through. */
  readonly notBeforeMs: number;
};
export type Proposed = TicketBase & {
  /** In a proposal for which seats are asked. Goes back to `waiting` when nothing comes of it. */
  readonly state: "proposed";
  readonly proposalId: string;
  /** Of the director that proposed it: a later one gives it back. */
  readonly epoch: number;
  /** Unix ms; whatever happened to its director, it is given back then. */
  readonly deadlineMs: number;
};
export type Assigned = TicketBase & {
  /** Seats are held for its players. An end, as the two below are; only a match that was called off undoes it. */
  readonly state: "assigned";
  readonly assignment: Assignment;
  readonly endedAtMs: number;
};
/** No match came together before `expiresAtMs`. */
export type Expired = TicketBase & { readonly state: "expired"; readonly endedAtMs: number };
/** One of its players took it back, or did not come to its match. */
export type Cancelled = TicketBase & {
  readonly state: "cancelled";
  readonly endedAtMs: number;
  readonly noShow?: NoShow;
};

/** Of a party: a match was called off for which some of it came. */
interface NoShow {
  readonly matchId: string;
  /** Ids of those who did not. */
  readonly missing: readonly string[];
}

export type Ticket = Waiting | Proposed | Assigned | Expired | Cancelled;

/** Which state may follow which; nothing follows the last two. */
export const nextStates: Readonly<Record<TicketState, readonly TicketState[]>> = {
  // To itself when the store's clock was set back: it is dated anew.
  waiting: ["waiting", "proposed", "expired", "cancelled"],
  proposed: ["waiting", "assigned", "cancelled"],
  // The match was called off, because others did not come, or one of its own party.
  assigned: ["waiting", "cancelled"],
  expired: [],
  cancelled: [],
};

export const hasEnded = (ticket: Ticket): ticket is Assigned | Expired | Cancelled =>
  ticket.state === "assigned" || ticket.state === "expired" || ticket.state === "cancelled";

/** From its creation to its end; 0 when the store's clock was set back meanwhile. */
export const waitedSeconds = ({ createdAtMs, endedAtMs }: Assigned | Expired | Cancelled): number =>
  Math.max(0, endedAtMs - createdAtMs) / 1000;

export const holdsPlayer = (ticket: Ticket, userId: string): boolean =>
  ticket.players.some((player) => player.userId === userId);

/** Without what belongs to a state, so that a state's fields go with it. */
export function ticketBase(ticket: Ticket): TicketBase {
  const { id, queue, createdAtMs, players, latencyMs, backfill, expiresAtMs, fellThrough } = ticket;
  const { mode, partyId, from } = ticket;
  return {
    id,
    queue,
    createdAtMs,
    players,
    latencyMs,
    backfill,
    expiresAtMs,
    fellThrough,
    ...(mode !== undefined && { mode }),
    ...(partyId !== undefined && { partyId }),
    ...(from !== undefined && { from }),
  };
}

/** A ticket's id begins with its queue, so that whoever has the id knows where to look. */
export const ticketId = (queue: string, name: string): string => `${queue}.${name}`;

export function queueOfTicket(id: string): string | undefined {
  const at = id.lastIndexOf(".");
  return at > 0 ? id.slice(0, at) : undefined;
}
