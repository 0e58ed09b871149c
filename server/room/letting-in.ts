/**
 * Wraps the steps by which Colyseus lets a connection in: the seat whose token it shows is freed for it first, and
 * its messages are kept meanwhile. Colyseus and the room's `onJoin` and `onReconnect` decide whether it gets a place.
 */
import type { AuthContext, Client, Room } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";
import { handleMessage } from "./colyseus-internals/room-internals.ts";
import { type Connecting, letInAsColyseus } from "./colyseus-internals/seat-internals.ts";
import { EarlyMessages } from "./early-messages.ts";
import type { WatchedSocket } from "./watched-socket.ts";

export interface LettingInParts {
  readonly room: Room;
  readonly seat: (sessionId: string) => SeatState | undefined;
  /** Frees the seat and reserves it for this connection. */
  readonly makeWay: (seat: SeatState) => void;
  /** Disconnects a client that sent more than is kept. */
  readonly onTooMany: (client: Client) => void;
}

/** Replaces a room's own way to let clients in. @returns a function that throws what Colyseus throws */
export function lettingIn(parts: LettingInParts) {
  const { room } = parts;
  return async (client: Client, auth: AuthContext, how: Connecting = {}): Promise<void> => {
    const early = new EarlyMessages(client.ref, {
      handle: (message) => handleMessage(room, client, message),
      onTooMany: () => parts.onTooMany(client),
    });
    (client.ref as unknown as WatchedSocket).inputs?.belongTo(client);
    try {
      const seat = how.reconnectionToken ? parts.seat(client.sessionId) : undefined;
      if (seat !== undefined) parts.makeWay(seat);
      const joining = letInAsColyseus(room, client, auth, how);
      // Colyseus gives each connection a new token; a seat keeps its own.
      if (seat !== undefined) client.reconnectionToken = seat.token;
      await joining;
      early.handOver();
    } finally {
      early.drop();
    }
  };
}
