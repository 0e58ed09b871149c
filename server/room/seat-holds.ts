/**
 * Seats whose players are disconnected, or reconnect while their older connection is still open, in Colyseus' terms.
 * A client that shows a seat's token gets the seat at once. The match's ticks decide how long a seat is held, not a
 * timer, so that the time survives a crash. Colyseus' own time-outs are not used.
 */
import { type Client, CloseCode, type Deferred, type Room } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";
import type { RoomAuth } from "./authentication.ts";
import {
  forgetEnqueued,
  leaveAsColyseus,
  reserveReturn,
  waitsFor,
} from "./colyseus-internals/seat-internals.ts";

/** The parts of a seat that a connection needs. */
export type HeldSeat = Pick<SeatState, "sessionId" | "token" | "userId" | "session">;

export interface HoldParts {
  readonly room: Room;
  readonly log: (message: string, details: object) => void;
}

export class SeatHolds {
  readonly #parts: HoldParts;
  readonly #held = new Map<string, Deferred<Client>>();

  constructor(parts: HoldParts) {
    this.#parts = parts;
  }

  /** The client's connection is over; a client that shows the seat's token may reconnect from now on. */
  hold(client: Client, { token }: HeldSeat): void {
    forgetEnqueued(client);
    // Colyseus takes the token from the client.
    client.reconnectionToken = token;
    this.#hold(client);
  }

  /** The same for a seat without a client here: a restored seat, or a client that left before it was let in. */
  holdWithoutClient(seat: HeldSeat): void {
    const { sessionId, token } = seat;
    this.#hold({ sessionId, reconnectionToken: token, auth: authOf(seat) } as unknown as Client);
  }

  /** The seat's player has reconnected. */
  release(sessionId: string): void {
    this.#held.delete(sessionId);
  }

  /** Nobody may reconnect to it any more. */
  endHold(sessionId: string): void {
    this.#held.get(sessionId)?.reject(false);
    this.#held.delete(sessionId);
  }

  /**
   * Lets the next connection of `seat` in, in one synchronous step, so that no other client gets between. @returns
   * the connection that had the seat, to be closed
   */
  makeWay(seat: HeldSeat): Client | undefined {
    const { room } = this.#parts;
    const { sessionId, token } = seat;
    const present = room.clients.get(sessionId);
    if (present !== undefined) {
      // Runs up to its first await, by which time the seat is held.
      leaveAsColyseus(room, present, CloseCode.MAY_TRY_RECONNECT).catch((error) => {
        this.#parts.log("an old connection could not be removed from its seat", {
          match: room.roomId,
          error,
        });
      });
    }
    if (!waitsFor(room, token)) this.holdWithoutClient(seat);
    // Colyseus deletes the reservation of a client that leaves while joining, and keeps the rest.
    reserveReturn(room, sessionId, authOf(seat));
    return present;
  }

  #hold(client: Client): void {
    const { sessionId } = client;
    const held = this.#parts.room.allowReconnection(client, "manual");
    // A room that is closing returns a plain promise, which is rejected already.
    if ("reject" in held) this.#held.set(sessionId, held);
    // Giving up a hold rejects it. Colyseus handles that; nothing is left to do here.
    held.catch(() => {});
  }
}

function authOf({ userId, session }: HeldSeat): RoomAuth {
  return { userId, ...(session !== undefined && { session }) };
}
