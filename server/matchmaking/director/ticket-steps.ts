/**
 * Decides what happens to tickets in a director's hands: which go back, which have waited too long, and what a ticket
 * is after each step. Pure.
 */
import type { UnixMs } from "../../../shared/clock.ts";
import {
  type Assigned,
  type Assignment,
  type Cancelled,
  type Expired,
  type Proposed,
  type Ticket,
  ticketBase,
  type Waiting,
} from "../tickets/ticket.ts";
import type { Lead } from "./lease.ts";

/** From a proposal to its seats; after it the director gives the tickets back. */
export const proposalMsMax = 5000;
/** If the director has not given them back by then, the next turn does, whatever happened to the director's work. */
const proposedMsMax = 2 * proposalMsMax;
/** After a failed proposal its tickets are left out for 200, 400, 800 … ms, at most this. */
const penaltyMsMax = 3000;
const penaltyMs = 100;
/**
 * Instances know the store's clock to within this. A ticket further ahead was written before the clock was set back.
 */
const skewMsMax = 2000;

export interface Judged {
  /** The director's own proposals in progress. */
  readonly proposalsUnderWay: { has(proposalId: string): boolean };
  readonly lead: Lead;
  readonly nowMs: UnixMs;
  /** Whether a user who has waited since then may still be matched. Left out: everybody may. */
  readonly mayWait?: (userId: string, sinceMs: number) => boolean;
}

/** What a ticket has to become before it can be matched; undefined: nothing. */
export function overdueStep(
  ticket: Ticket,
  { proposalsUnderWay, lead, nowMs, mayWait = () => true }: Judged,
): Waiting | Expired | Cancelled | undefined {
  switch (ticket.state) {
    case "waiting":
      // When a player may not wait, the whole party's ticket ends.
      if (!ticket.players.every(({ userId }) => mayWait(userId, ticket.createdAtMs)))
        return { ...ticketBase(ticket), state: "cancelled", endedAtMs: nowMs };
      if (ticket.createdAtMs - nowMs > skewMsMax) return redated(ticket, nowMs);
      return nowMs >= ticket.expiresAtMs ? expired(ticket, nowMs) : undefined;
    case "proposed": {
      // An older leader cannot assign any more, and this one knows its own proposals.
      const isOrphan = ticket.epoch !== lead.epoch || !proposalsUnderWay.has(ticket.proposalId);
      return isOrphan || nowMs >= ticket.deadlineMs ? givenBack(ticket, { nowMs, blamed: false }) : undefined;
    }
    case "assigned":
    case "expired":
    case "cancelled":
      return undefined;
  }
}

/** Whether the ticket may be in a proposal now. */
export const isAvailable = (ticket: Ticket, nowMs: UnixMs): ticket is Waiting =>
  ticket.state === "waiting" && ticket.notBeforeMs <= nowMs && nowMs < ticket.expiresAtMs;

export function proposed(
  ticket: Ticket,
  { proposalId, epoch, nowMs }: { proposalId: string; epoch: number; nowMs: UnixMs },
): Proposed {
  return {
    ...ticketBase(ticket),
    state: "proposed",
    proposalId,
    epoch,
    deadlineMs: nowMs + proposedMsMax,
  };
}

export function assigned(ticket: Ticket, assignment: Assignment, nowMs: UnixMs): Assigned {
  return { ...ticketBase(ticket), state: "assigned", assignment, endedAtMs: nowMs };
}

/** The waiting time is kept: `createdAtMs` is unchanged. */
export function givenBack(ticket: Ticket, { nowMs, blamed }: { nowMs: UnixMs; blamed: boolean }): Waiting {
  const fellThrough = ticket.fellThrough + (blamed ? 1 : 0);
  const notBeforeMs = blamed
    ? nowMs + Math.min(penaltyMs * 2 ** Math.min(fellThrough, 10), penaltyMsMax)
    : nowMs;
  return { ...ticketBase(ticket), fellThrough, state: "waiting", notBeforeMs };
}

/** The store's clock was set back: the waiting time is unknown, and counts from now on. */
function redated(ticket: Waiting, nowMs: UnixMs): Waiting {
  const lifeMs = ticket.expiresAtMs - ticket.createdAtMs;
  return { ...ticket, createdAtMs: nowMs, expiresAtMs: nowMs + lifeMs, notBeforeMs: nowMs };
}

function expired(ticket: Ticket, nowMs: UnixMs): Expired {
  return { ...ticketBase(ticket), state: "expired", endedAtMs: nowMs };
}
