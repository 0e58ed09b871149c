/**
 * Around Colyseus' own letting in of a connection: the seat whose token it shows is made free for it first, and what it
 * sends meanwhile is kept. Whether it gets a place, Colyseus and the room's `onJoin` and `onReconnect` decide.
 */
import { type AuthContext, type Client, Room } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";
import { EarlyMessages } from "./early-messages.ts";

/** How a client connects, in Colyseus' words. */
export interface Connecting {
  readonly reconnectionToken?: string | null;
  readonly skipHandshake?: boolean;
}

export interface LettingInParts {
  readonly room: Room;
  readonly seat: (sessionId: string) => SeatState | undefined;
  /** Lets nobody else have the seat any more. */
  readonly makeWay: (seat: SeatState) => void;
  /** Sends a client away that said more than is kept. */
  readonly onTooMany: (client: Client) => void;
}

/** Private to Colyseus' types. */
interface RoomMessagePrivates {
  _onMessage(client: Client, message: Buffer): void;
}

const joinAsColyseus = Room.prototype["_onJoin"];

/** In the place of a room's `_onJoin`. @returns a function that throws what Colyseus throws */
export function lettingIn(parts: LettingInParts) {
  const { room } = parts;
  const inside = room as unknown as RoomMessagePrivates;
  return async (client: Client, auth: AuthContext, how: Connecting = {}): Promise<void> => {
    const early = new EarlyMessages(client.ref, {
      handle: (message) => inside._onMessage(client, message),
      onTooMany: () => parts.onTooMany(client),
    });
    try {
      const seat = how.reconnectionToken ? parts.seat(client.sessionId) : undefined;
      if (seat !== undefined) parts.makeWay(seat);
      const joining = joinAsColyseus.call(room, client as never, auth, how as never);
      // Colyseus gives each connection a token of its own; this one has its seat's.
      if (seat !== undefined) client.reconnectionToken = seat.token;
      await joining;
      early.handOver();
    } finally {
      early.drop();
    }
  };
}
