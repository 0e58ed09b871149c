/**
 * The port through which a director gets seats. The process that runs matches implements it; matchmaking knows
 * neither rooms nor nodes. A positive answer means: the seats are held as long as a client needs to come (15 s), and
 * are released when nobody comes, because the director may die before it has told anybody.
 */
import type { Proposal } from "../engine/proposals.ts";
import type { AssignedSeat, Ticket } from "../tickets/ticket.ts";

interface SeatingRequest {
  /** The same when the request is repeated; one match is made per id. */
  readonly proposalId: string;
  readonly proposal: Proposal;
  /** The proposal's tickets, in no order. */
  readonly tickets: readonly Ticket[];
  /** Aborted when the director stops waiting; the seats are useless then. */
  readonly signal: AbortSignal;
}

interface BackfillRequest {
  readonly proposalId: string;
  readonly matchId: string;
  readonly region: string;
  /** Each joins the side with this number. All get seats or none does. */
  readonly joining: readonly { readonly ticket: Ticket; readonly team: number }[];
  readonly signal: AbortSignal;
}

export type SeatingResult =
  | {
      readonly ok: true;
      readonly matchId: string;
      readonly address?: string;
      /** By user id, for every player of every ticket. */
      readonly seats: Readonly<Record<string, AssignedSeat>>;
    }
  | {
      readonly ok: false;
      /** A code of shared/wire/errors.ts. */
      readonly code: string;
      /** The tickets whose player, and not a place, caused it: they wait a little, the others do not. */
      readonly ticketIds?: readonly string[];
    };

export interface Seating {
  /** Seats in a new match. A rejection counts as a refusal. */
  seat(request: SeatingRequest): Promise<SeatingResult>;
  /** Seats in a running match that requested players. */
  backfill(request: BackfillRequest): Promise<SeatingResult>;
}
