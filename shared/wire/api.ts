/** Shapes of the HTTP API: what callers of /v1 send and get. The server validates with these, clients type with them. */
import { z } from "zod";

export const joinRequest = z.strictObject({
  game: z.string().min(1).max(32).default("arena"),
  /** Shown to the others; the game shortens and cleans it. */
  name: z.string().max(64).default("player"),
  spectate: z.boolean().default(false),
  /** A certain match instead of any with a free seat. */
  matchId: z.string().min(1).max(64).optional(),
  /** For a match that is made by this join; the game validates them. */
  options: z.record(z.string(), z.unknown()).optional(),
});

export type JoinRequest = z.infer<typeof joinRequest>;

export interface SeatReservation {
  readonly name: string;
  readonly sessionId: string;
  readonly roomId: string;
  readonly processId: string;
  readonly publicAddress?: string;
}

export interface JoinResponse {
  /** For `client.consumeSeatReservation` of the Colyseus SDK; valid for 15 s. */
  readonly reservation: SeatReservation;
  readonly matchId: string;
}

/** Of a match that is running. 404 `match/unknown` says that it is not, anywhere; between two owners it is a 503. */
export interface MatchInfo {
  readonly id: string;
  readonly game: string;
  readonly tick: number;
  readonly epoch: number;
  readonly node: string;
  /** host:port at which clients reach its owner; absent when the origin that was asked leads there by itself. */
  readonly address?: string;
  readonly seats: { readonly taken: number; readonly max: number };
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface MatchList {
  readonly matches: readonly MatchInfo[];
}

/** RFC 9457. `code` is in errors.ts. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}
