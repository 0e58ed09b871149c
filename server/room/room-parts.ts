/** What the rooms of a process are built from, the same for every game but for the game itself. */
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { MatchHost } from "../match/host.ts";
import type { Maker } from "../match/makers.ts";
import type { Identify } from "./authentication.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { BarredCheck } from "./put-out.ts";
import type { RoomMetrics } from "./room-metrics.ts";
import type { UserReservations } from "./user-reservations.ts";

export interface RoomParts {
  readonly game: AnyGame;
  readonly host: MatchHost<OutFrame>;
  readonly spectatorsMax: number;
  readonly reservations: UserReservations;
  /** Who a caller of Colyseus' own matchmaking is. */
  readonly identify: Identify;
  /** Who a ban or a sign-out is about. */
  readonly barred: BarredCheck;
  /** Of the match for which this key was made; undefined: a match that nobody booked. */
  readonly originFor: (bookingKey: string) => MatchOrigin | undefined;
  /** Of a queue's match: whether it was called off, and for how many players it still waits. */
  readonly invited: { calledOff(matchId: string): boolean; waitedFor(matchId: string): number };
  readonly newMatchId: () => string;
  /** A new reconnection token. */
  readonly token: () => string;
  /** Whether this process may not say anything any more; its matches may be others'. Alone it always may. */
  readonly stale?: () => boolean;
  /** Of the full state of a match, at most: it is what who joins is sent. */
  readonly stateBytesMax: number;
  readonly metrics: RoomMetrics;
  readonly log: (message: string, details: object) => void;
}

/** With which a room is made; none of it comes from a client. */
export interface RoomOptions {
  readonly restore?: string;
  readonly options?: unknown;
  readonly booking?: string;
  readonly maker?: Maker;
}
