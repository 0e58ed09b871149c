/**
 * Where the numbers of matchmaking go, and nowhere. Each is reported by the one process that did it, once the store
 * has it. A queue is one of the declared ones.
 */

/** What a proposal came to: its tickets are assigned; no seats for it; a ticket was another's or gone by then. */
type ProposalEnd = "assigned" | "refused" | "overtaken";
type TicketEnd = "assigned" | "expired" | "cancelled";

export interface MatchmakingMetrics {
  ticketCreated(queue: string): void;
  /** @param waitedSeconds since it was created */
  ticketEnded(queue: string, end: TicketEnd, waitedSeconds: number): void;
  proposalEnded(queue: string, end: ProposalEnd): void;
  /** Nobody had seats for a proposal. @param code of shared/wire/errors.ts */
  proposalRefused(queue: string, code: string): void;
  /** One player who was given a seat did not come. */
  noShow(queue: string): void;
  /** A director looked at a queue once. */
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
