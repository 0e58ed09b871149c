/**
 * The input of the engine: waiting tickets, and running matches that request players. Plain data; the engine does not
 * know where it is stored, nor a ticket's other states.
 */
import type { Plain } from "../../../shared/game/plain.ts";
import type { Rating } from "../../ratings/rating.ts";

export interface TicketPlayer {
  /** Invariant: waits in one ticket only. The store ensures it; the engine does not compare users. */
  readonly userId: string;
  /** The name that other players see. Nothing depends on it. */
  readonly name?: string;
  /** What the issuer of their session vouches for. Nothing depends on it, and only the match sees it. */
  readonly profile?: Plain;
  readonly rating: Rating;
  /** Roles the player is willing to play; empty or left out: any. */
  readonly roles?: readonly string[];
}

/** One party, or one player alone. Never split, always on one side. */
export interface WaitingTicket {
  readonly id: string;
  readonly queue: string;
  /** Unix ms. Unchanged when a proposal fails, so that nobody waits twice. */
  readonly createdAtMs: number;
  readonly players: readonly TicketPlayer[];
  /**
   * Region to round trip. A region that is left out is refused; with none of the queue's regions, any is accepted.
   */
  readonly latencyMs: Readonly<Record<string, number>>;
  /** Left out: any mode of the queue. */
  readonly mode?: string;
  /** Whether it may join a running match. */
  readonly backfill: boolean;
}

/** A running match that requests players. */
export interface OpenSeats {
  readonly matchId: string;
  readonly queue: string;
  readonly region: string;
  readonly mode?: string;
  /** In the order of the match's teams; `free` is how many more players each may take. */
  readonly teams: readonly { readonly free: number; readonly players: readonly TicketPlayer[] }[];
  readonly askedAtMs: number;
}
