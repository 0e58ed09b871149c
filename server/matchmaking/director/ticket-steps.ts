/**
 * What becomes of tickets in a director's hands, decided: which go back, which have waited too long, and what a
 * ticket is after each step. Pure.
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

/** From a proposal to its seats; then its director gives the tickets back. */
export const proposalMsMax = 5000;
/** If it has not by then, the next turn does, whatever became of the director's work. */
const proposedMsMax = 2 * proposalMsMax;
/** After a proposal fell through its tickets are left out for 200, 400, 800 … ms, at most this. */
const penaltyMsMax = 3000;
const penaltyMs = 100;
/** Instances know the store's clock to within this; a ticket that is further ahead is of before a step back. */
const skewMsMax = 2000;

export interface Judged {
  /** The tickets of its own proposals that a director is busy with. */
  readonly proposalsUnderWay: { has(proposalId: string): boolean };
  readonly lead: Lead;
  readonly nowMs: UnixMs;
  /** Whether somebody who has waited since then may still be matched; left out: everybody. */
  readonly mayWait?: (userId: string, sinceMs: number) => boolean;
}

/** What a ticket has to become before anybody looks for a match for it; undefined: nothing. */
export function overdueStep(
  ticket: Ticket,
  { proposalsUnderWay, lead, nowMs, mayWait = () => true }: Judged,
): Waiting | Expired | Cancelled | undefined {
  switch (ticket.state) {
    case "waiting":
      // Of one that goes the whole party's ticket does.
      if (!ticket.players.every(({ userId }) => mayWait(userId, ticket.createdAtMs)))
        return { ...ticketBase(ticket), state: "cancelled", endedAtMs: nowMs };
      if (ticket.createdAtMs - nowMs > skewMsMax) return redated(ticket, nowMs);
      return nowMs >= ticket.expiresAtMs ? expired(ticket, nowMs) : undefined;
    case "proposed": {
      // An older leader can assign nothing any more, and this one knows what it is busy with.
      const isOrphan = ticket.epoch !== lead.epoch || !proposalsUnderWay.has(ticket.proposalId);
      return isOrphan || nowMs >= ticket.deadlineMs ? givenBack(ticket, { nowMs, blamed: false }) : undefined;
    }
    case "assigned":
    case "expired":
    case "cancelled":
      return undefined;
  }
}

/** May be in a proposal now. */
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

/** Its waiting time is kept: `createdAtMs` is as it was. */
export function givenBack(ticket: Ticket, { nowMs, blamed }: { nowMs: UnixMs; blamed: boolean }): Waiting {
  const fellThrough = ticket.fellThrough + (blamed ? 1 : 0);
  const notBeforeMs = blamed
    ? nowMs + Math.min(penaltyMs * 2 ** Math.min(fellThrough, 10), penaltyMsMax)
    : nowMs;
  return { ...ticketBase(ticket), fellThrough, state: "waiting", notBeforeMs };
}

/** The store's clock went back: how long it waited is not known any more, and it waits from now on. */
function redated(ticket: Waiting, nowMs: UnixMs): Waiting {
  const lifeMs = ticket.expiresAtMs - ticket.createdAtMs;
  return { ...ticket, createdAtMs: nowMs, expiresAtMs: nowMs + lifeMs, notBeforeMs: nowMs };
}

function expired(ticket: Ticket, nowMs: UnixMs): Expired {
  return { ...ticketBase(ticket), state: "expired", endedAtMs: nowMs };
}
