/** What the rooms of a process are built from. Apart from the game it is the same for every game. */
import type { AnyGame } from "../../shared/game/game.ts";
import type { MadeBy, MatchHost } from "../match/host.ts";
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
  /** Identifies the caller of Colyseus' own matchmaking. */
  readonly identify: Identify;
  /** Tells whether a ban or a sign-out applies to a user. */
  readonly barred: BarredCheck;
  /** For whom a room is created, by the key that was made for it; undefined: for nobody who is known. */
  readonly madeBy: (key: string) => MadeBy | undefined;
  /** For a match of a queue: whether it was called off, and for how many players it still waits. */
  readonly invited: { calledOff(matchId: string): boolean; waitedFor(matchId: string): number };
  readonly newMatchId: () => string;
  /** A new reconnection token. */
  readonly token: () => string;
  /** Whether this process must be silent because its matches may have other owners. Always false outside a fleet. */
  readonly stale?: () => boolean;
  /** The limit for the full state of a match, which a joining client is sent. */
  readonly stateBytesMax: number;
  readonly metrics: RoomMetrics;
  readonly log: (message: string, details: object) => void;
}

/** The options with which a room is created; none of them comes from a client. */
export interface RoomOptions {
  readonly restore?: string;
  readonly options?: unknown;
  readonly booking?: string;
  readonly maker?: Maker;
}
