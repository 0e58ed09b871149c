/** A ticket and a queue as a caller sees them: only the caller's own seat, and the ticket's limits at this moment. */
import type { UnixMs } from "../../../shared/clock.ts";
import type { QueueInfo, TicketInfo } from "../../../shared/wire/tickets.ts";
import { latencyLimitMs, ratingWindow, unfairnessLimit } from "../../matchmaking/engine/limits.ts";
import type { QueueRules } from "../../matchmaking/queues.ts";
import type { TicketRow } from "../../matchmaking/tickets/rows.ts";
import type { Assigned, Cancelled, Ticket } from "../../matchmaking/tickets/ticket.ts";

export interface TicketReader {
  readonly rules: QueueRules;
  readonly nowMs: UnixMs;
  /** The caller: an assignment contains only their own seat. */
  readonly userId: string;
}

export function ticketInfo({ ticket, version }: TicketRow, seen: TicketReader): TicketInfo {
  const base = baseOf(ticket, version);
  switch (ticket.state) {
    case "waiting":
    case "proposed":
      return { ...base, state: ticket.state, search: searchOf(ticket, seen) };
    case "assigned":
      return {
        ...base,
        ...endOf(ticket),
        state: ticket.state,
        assignment: assignmentOf(ticket, seen.userId),
      };
    case "expired":
      return { ...base, ...endOf(ticket), state: ticket.state };
    case "cancelled":
      return { ...base, ...endOf(ticket), state: ticket.state, ...whyEnded(ticket) };
  }
}

function baseOf(ticket: Ticket, version: number) {
  const { id, queue, players, mode, backfill, partyId, createdAtMs, expiresAtMs } = ticket;
  return {
    ...{ id, queue, version, backfill },
    players: players.map(({ userId, name }) => ({ userId, ...(name !== undefined && { name }) })),
    ...(mode !== undefined && { mode }),
    ...(partyId !== undefined && { partyId }),
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}

const endOf = ({ endedAtMs }: { endedAtMs: number }) => ({ endedAt: new Date(endedAtMs).toISOString() });

function whyEnded({ noShow }: Cancelled): { reason?: "ticket/no-show"; missing?: readonly string[] } {
  return noShow === undefined ? {} : { reason: "ticket/no-show", missing: noShow.missing };
}

function searchOf(ticket: Ticket, { rules, nowMs }: TicketReader) {
  const { createdAtMs, players } = ticket;
  const waitedMs = Math.max(0, nowMs - createdAtMs);
  return {
    waitedMs,
    ...notBeforeOf(ticket, nowMs),
    rating: players.reduce((sum, { rating }) => sum + rating.mu, 0) / players.length,
    ratingWindow: ratingWindow(rules, waitedMs),
    unfairnessMax: unfairnessLimit(rules, waitedMs),
    latencyMsMax: latencyLimitMs(rules, waitedMs),
  };
}

/** The delay after a failed proposal is short, and not shown. */
function notBeforeOf(ticket: Ticket, nowMs: UnixMs): { notBefore?: string } {
  const isDelayed = ticket.state === "waiting" && ticket.fellThrough === 0 && ticket.notBeforeMs > nowMs;
  return isDelayed ? { notBefore: new Date(ticket.notBeforeMs).toISOString() } : {};
}

function assignmentOf({ assignment }: Assigned, userId: string) {
  const { matchId, address, region, team, roles, seats } = assignment;
  const role = roles?.[userId];
  const reservation = seats[userId]!.reservation as TicketAssignment["reservation"];
  return {
    ...{ matchId, region, team, reservation },
    ...(address !== undefined && { address }),
    ...(role !== undefined && { role }),
  };
}

type TicketAssignment = Extract<TicketInfo, { state: "assigned" }>["assignment"];

export function queueInfo(rules: QueueRules): QueueInfo {
  const { name, game, teams, teamSize, partySizeMax, regions, regionUrls } = rules;
  const { modes, roles, botsAfterSeconds } = rules;
  return {
    ...{ name, game, teams, teamSize, partySizeMax, regions },
    ...(regionUrls !== undefined && { regionUrls }),
    ...(modes !== undefined && { modes }),
    ...(roles !== undefined && { roles }),
    ...(botsAfterSeconds !== undefined && { botsAfterSeconds }),
  };
}
