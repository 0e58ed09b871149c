/**
 * What the engine is given: waiting tickets, and running matches that ask for players. Plain data; where it is
 * kept, and in which other states a ticket can be, the engine does not know.
 */
import type { Rating } from "../../ratings/rating.ts";

export interface TicketPlayer {
  /** Invariant: waits in one ticket only. The store sees to it; the engine does not compare users. */
  readonly userId: string;
  /** As others see the player. Nothing is decided by it. */
  readonly name?: string;
  readonly rating: Rating;
  /** Roles the player is willing to play; none given: any. */
  readonly roles?: readonly string[];
}

/** One party, or one player alone. Never split, always on one side. */
export interface WaitingTicket {
  readonly id: string;
  readonly queue: string;
  /** Unix ms. Kept when a proposal fell through, so that nobody waits twice. */
  readonly createdAtMs: number;
  readonly players: readonly TicketPlayer[];
  /** Region to round trip. A region that is left out is refused; none of the queue's regions: any will do. */
  readonly latencyMs: Readonly<Record<string, number>>;
  /** Left out: any mode of the queue. */
  readonly mode?: string;
  /** Whether it may join a running match. */
  readonly backfill: boolean;
}

/** A running match that asks for players. */
export interface OpenSeats {
  readonly matchId: string;
  readonly queue: string;
  readonly region: string;
  readonly mode?: string;
  /** In the order of the match's teams; `free` is how many more each may take. */
  readonly teams: readonly { readonly free: number; readonly players: readonly TicketPlayer[] }[];
  readonly askedAtMs: number;
}
