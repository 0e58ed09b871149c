/**
 * What a director is about to do with some tickets: which node it asks for seats, and what each answer means for
 * them. Pure; execute-plan.ts performs it.
 */

import type { Commit, Version } from "../../rows/store.ts";
import type { Backfill } from "../engine/backfill.ts";
import type { Proposal } from "../engine/proposals.ts";
import type { OpenSeats } from "../engine/ticket.ts";
import type { TicketRow } from "../tickets/rows.ts";
import type { Assignment, Ticket } from "../tickets/ticket.ts";
import { seatsKey, withdrawnPut } from "./open-seats.ts";
import type { Seating, SeatingResult } from "./seating.ts";

type Seated = SeatingResult & { ok: true };

export interface SeatingPlan {
  readonly proposalId: string;
  readonly rows: readonly TicketRow[];
  /** Written together with the proposal, or neither is written. */
  readonly alongside: Pick<Commit, "expect" | "put">;
  readonly ask: (seating: Seating, tickets: readonly Ticket[], signal: AbortSignal) => Promise<SeatingResult>;
  readonly assignment: (ticket: Ticket, seated: Seated) => Assignment;
}

/** The plan for a new match. */
export function matchPlan(proposalId: string, proposal: Proposal, rows: readonly TicketRow[]): SeatingPlan {
  const { region } = proposal;
  const teamOf = (ticket: Ticket) => proposal.teams.findIndex((team) => team.includes(ticket.id));
  return {
    proposalId,
    rows,
    alongside: { expect: [], put: [] },
    ask: (seating, tickets, signal) => seating.seat({ proposalId, proposal, tickets, signal }),
    assignment: (ticket, seated) => {
      const team = teamOf(ticket);
      const roles = proposal.roles?.[team];
      return assignment(ticket, { seated, region, team, ...(roles !== undefined && { roles }) });
    },
  };
}

/**
 * The plan for all tickets that join one running match now. The match's request is withdrawn with the proposal; it
 * asks again for seats that are still free once they have come, or failed to.
 */
export function backfillPlan(
  proposalId: string,
  asked: { readonly version: Version; readonly value: OpenSeats },
  joining: readonly { readonly row: TicketRow; readonly backfill: Backfill }[],
): SeatingPlan {
  const { matchId, region } = asked.value;
  const teamOf = (ticket: Ticket) => joining.find(({ row }) => row.ticket.id === ticket.id)!.backfill.team;
  return {
    proposalId,
    rows: joining.map(({ row }) => row),
    alongside: {
      expect: [{ key: seatsKey(matchId), version: asked.version }],
      put: [withdrawnPut(matchId)],
    },
    ask: (seating, tickets, signal) => {
      const each = tickets.map((ticket) => ({ ticket, team: teamOf(ticket) }));
      return seating.backfill({ proposalId, matchId, region, joining: each, signal });
    },
    assignment: (ticket, seated) => assignment(ticket, { seated, region, team: teamOf(ticket) }),
  };
}

interface AssignedPlace {
  readonly seated: Seated;
  readonly region: string;
  readonly team: number;
  /** Roles of the whole side, by user id. */
  readonly roles?: Readonly<Record<string, string>>;
}

function assignment(ticket: Ticket, { seated, region, team, roles }: AssignedPlace): Assignment {
  const seats = ticket.players.map(({ userId }) => [userId, seated.seats[userId]!] as const);
  return {
    matchId: seated.matchId,
    ...(seated.address !== undefined && { address: seated.address }),
    region,
    team,
    ...(roles !== undefined && { roles: ownRoles(ticket, roles) }),
    seats: Object.fromEntries(seats),
  };
}

function ownRoles({ players }: Ticket, roles: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    players.flatMap(({ userId }) => (roles[userId] ? [[userId, roles[userId]]] : [])),
  );
}
