/**
 * Gets a director its seats by booking them: a proposal becomes one request, its answer the seats of each ticket. Where
 * the request goes, in this process or in a fleet, the caller's `book` decides.
 */
import type { BookingRequest, BookingResponse } from "../../../shared/wire/booking.ts";
import type { ErrorCode } from "../../../shared/wire/errors.ts";
import type { Proposal } from "../engine/proposals.ts";
import type { MatchmakingParts } from "../parts.ts";
import type { QueueRules } from "../queues.ts";
import { abandoned, takeBack } from "../tickets/presence.ts";
import type { Ticket } from "../tickets/ticket.ts";
import type { Seating, SeatingResult } from "./seating.ts";

export type Booked =
  | { readonly ok: true; readonly response: BookingResponse; readonly address?: string }
  | { readonly ok: false; readonly code: ErrorCode };

export interface SeatingParts {
  readonly parts: MatchmakingParts;
  /** Books a new match in this region, or seats of the named one. May reject. */
  readonly book: (request: BookingRequest, where: { region: string; signal: AbortSignal }) => Promise<Booked>;
}

export function seatingOf({ parts, book }: SeatingParts): Seating {
  return {
    seat: async ({ proposalId, proposal, tickets, signal }) => {
      const gone = await goneOf(parts, tickets);
      if (gone !== undefined) return gone;
      const rules = parts.queues.get(proposal.queue)!;
      const teamOf = (ticket: Ticket) => proposal.teams.findIndex((team) => team.includes(ticket.id));
      const players = playersOf(tickets, teamOf);
      const request = { proposalId, players, newMatch: newMatchOf(rules, proposal) };
      return seated(await book(request, { region: proposal.region, signal }));
    },
    backfill: async ({ proposalId, matchId, region, joining, signal }) => {
      const teams = new Map(joining.map(({ ticket, team }) => [ticket.id, team]));
      const tickets = joining.map(({ ticket }) => ticket);
      const gone = await goneOf(parts, tickets);
      if (gone !== undefined) return gone;
      const players = playersOf(tickets, ({ id }) => teams.get(id)!);
      return seated(await book({ proposalId, players, matchId }, { region, signal }));
    },
  };
}

/** The users who wait no longer. They get no seat; the others of the proposal do. */
async function goneOf(
  parts: MatchmakingParts,
  tickets: readonly Ticket[],
): Promise<SeatingResult | undefined> {
  const gone = await abandoned(parts, tickets);
  if (gone.length === 0) return undefined;
  for (const ticket of gone) await takeBack(parts, ticket);
  return { ok: false, code: "ticket/abandoned", ticketIds: gone.map(({ id }) => id) };
}

function playersOf(
  tickets: readonly Ticket[],
  teamOf: (ticket: Ticket) => number,
): BookingRequest["players"] {
  return tickets.flatMap((ticket) =>
    ticket.players.map(({ userId, name, profile }) => ({
      userId,
      ...(name !== undefined && { name }),
      ...(profile !== undefined && { profile }),
      team: teamOf(ticket),
      ticketId: ticket.id,
    })),
  );
}

function newMatchOf(rules: QueueRules, { queue, region, mode, bots }: Proposal) {
  const { game, options, serverOptions, teams, teamSize, backfill, arriveSeconds } = rules;
  const seats = { teams, teamSize, backfill, arriveSeconds };
  const more = { ...(mode !== undefined && { mode }), ...(serverOptions !== undefined && { serverOptions }) };
  const origin = { queue, region, ...more, ...seats };
  return { game, options, bots: [...bots], origin };
}

function seated(booked: Booked): SeatingResult {
  if (!booked.ok) return booked;
  const { matchId, reservations } = booked.response;
  const seats = Object.entries(reservations).map(
    ([userId, reservation]) => [userId, { sessionId: reservation.sessionId, reservation }] as const,
  );
  return {
    ...{ ok: true, matchId, seats: Object.fromEntries(seats) },
    ...(booked.address !== undefined && { address: booked.address }),
  };
}
