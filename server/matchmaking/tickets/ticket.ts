/**
 * A ticket: one player or one party that waits in a queue, and the states of its life. A ticket is one row of its
 * queue's part and therefore in one state at any time. Pure; tickets.ts and the director write it.
 */
import type { WaitingTicket } from "../engine/ticket.ts";

/** What a player of an assigned ticket needs to join. */
export interface AssignedSeat {
  readonly sessionId: string;
  /** Opaque here: the client hands it to the room. */
  readonly reservation: unknown;
}

export interface Assignment {
  readonly matchId: string;
  /** Where the match is now, if the client needs it. */
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
  /** Ranges of addresses of the caller who created it, the smallest first. */
  readonly from?: readonly string[];
  /** Unix ms. By then the ticket has left `waiting`. */
  readonly expiresAtMs: number;
  /** How many failed proposals this ticket may have caused. */
  readonly fellThrough: number;
}

/** In order of life. */
export type TicketState = Ticket["state"];

export type Waiting = TicketBase & {
  /** It is in no proposal. */
  readonly state: "waiting";
  /** Unix ms; after a failed proposal the ticket is left out of proposals until then. */
  readonly notBeforeMs: number;
};
export type Proposed = TicketBase & {
  /** It is in a proposal for which seats are requested. It returns to `waiting` when the proposal fails. */
  readonly state: "proposed";
  readonly proposalId: string;
  /** Epoch of the director that proposed it: a later director gives it back. */
  readonly epoch: number;
  /** Unix ms; it is then given back, whatever happened to its director. */
  readonly deadlineMs: number;
};
export type Assigned = TicketBase & {
  /** Seats are held for its players. Final, like the two states below, unless its match is called off. */
  readonly state: "assigned";
  readonly assignment: Assignment;
  readonly endedAtMs: number;
};
/** No match was found before `expiresAtMs`. */
export type Expired = TicketBase & { readonly state: "expired"; readonly endedAtMs: number };
/** One of its players took it back, or did not come to its match. */
export type Cancelled = TicketBase & {
  readonly state: "cancelled";
  readonly endedAtMs: number;
  readonly noShow?: NoShow;
};

/** A party's match was called off to which only some of the party came. */
interface NoShow {
  readonly matchId: string;
  /** User ids of those who did not come. */
  readonly missing: readonly string[];
}

export type Ticket = Waiting | Proposed | Assigned | Expired | Cancelled;

/** Which state may follow which; nothing follows the last two. */
export const nextStates: Readonly<Record<TicketState, readonly TicketState[]>> = {
  // To itself when the store's clock was set back: its time starts anew.
  waiting: ["waiting", "proposed", "expired", "cancelled"],
  proposed: ["waiting", "assigned", "cancelled"],
  // The match was called off, because other players or members of its own party did not come.
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

/** The ticket without the fields of its state. */
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

/** A ticket's id begins with its queue, so that a reader of the id knows where to look. */
export const ticketId = (queue: string, name: string): string => `${queue}.${name}`;

export function queueOfTicket(id: string): string | undefined {
  const at = id.lastIndexOf(".");
  return at > 0 ? id.slice(0, at) : undefined;
}
