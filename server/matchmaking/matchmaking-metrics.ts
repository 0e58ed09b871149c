/**
 * The metrics of matchmaking, and their no-op. Each is reported by the one process that did the work, once the store
 * has the result. `queue` is always a declared queue.
 */

/** How a proposal ended: its tickets are assigned; it got no seats; a ticket was taken or gone by then. */
type ProposalEnd = "assigned" | "refused" | "overtaken";
type TicketEnd = "assigned" | "expired" | "cancelled";

export interface MatchmakingMetrics {
  ticketCreated(queue: string): void;
  /** @param waitedSeconds since it was created */
  ticketEnded(queue: string, end: TicketEnd, waitedSeconds: number): void;
  proposalEnded(queue: string, end: ProposalEnd): void;
  /** A proposal got no seats. @param code of shared/wire/errors.ts */
  proposalRefused(queue: string, code: string): void;
  /** A player who was given a seat did not come. */
  noShow(queue: string): void;
  /** A director completed a turn of a queue. */
  turn(queue: string, seconds: number): void;
  partyCreated(): void;
}

export const noMatchmakingMetrics: MatchmakingMetrics = {
  ticketCreated: () => {},
  ticketEnded: () => {},
  proposalEnded: () => {},
  proposalRefused: () => {},
  noShow: () => {},
  turn: () => {},
  partyCreated: () => {},
};
