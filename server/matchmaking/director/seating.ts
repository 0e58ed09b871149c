/**
 * The port through which a director gets seats. Whoever runs matches stands behind it; matchmaking knows neither
 * rooms nor nodes. An answer of yes means: the seats are held for as long as a client needs to come (15 s), and
 * go by themselves when nobody comes, because the director may die before anybody hears of them.
 */
import type { Proposal } from "../engine/proposals.ts";
import type { AssignedSeat, Ticket } from "../tickets/ticket.ts";

interface SeatingRequest {
  /** The same when it is asked again; a match is made once for each. */
  readonly proposalId: string;
  readonly proposal: Proposal;
  /** Of the proposal, in no order. */
  readonly tickets: readonly Ticket[];
  /** Aborted when the director does not wait any longer; the seats are of no use then. */
  readonly signal: AbortSignal;
}

interface BackfillRequest {
  readonly proposalId: string;
  readonly matchId: string;
  readonly region: string;
  /** Each joins the side of this number. All get seats or none. */
  readonly joining: readonly { readonly ticket: Ticket; readonly team: number }[];
  readonly signal: AbortSignal;
}

export type SeatingResult =
  | {
      readonly ok: true;
      readonly matchId: string;
      readonly address?: string;
      /** By user id: every player of every ticket. */
      readonly seats: Readonly<Record<string, AssignedSeat>>;
    }
  | {
      readonly ok: false;
      /** In shared/wire/errors.ts. */
      readonly code: string;
      /** Whose fault it is, when it is a player's and not a place's: they wait a little, the others do not. */
      readonly ticketIds?: readonly string[];
    };

export interface Seating {
  /** A new match. May reject: then it is as if it had answered no. */
  seat(request: SeatingRequest): Promise<SeatingResult>;
  /** Seats in a running match that asked for players. */
  backfill(request: BackfillRequest): Promise<SeatingResult>;
}
