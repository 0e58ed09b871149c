/**
 * Seats whose players are away, or come back while an older connection of theirs is still open, in Colyseus' terms.
 * Who shows a seat's token gets it at once. How long a seat is held the match's ticks decide, not a timer, so that it
 * survives a crash; Colyseus' own time-outs are not used.
 */
import { type Client, type ClientPrivate, CloseCode, type Deferred, type Room } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";
import type { RoomAuth } from "./authentication.ts";

/** A seat as a connection needs it. */
export type HeldSeat = Pick<SeatState, "sessionId" | "token" | "userId" | "session">;

type Leaving = Client & ClientPrivate;
/** What Colyseus keeps of those who come back, by session id and by token; private to its types. */
interface RoomLeavePrivates {
  readonly _reservedSeats: Record<string, unknown>;
  readonly _reconnections: Record<string, unknown>;
  _onLeave(client: Client, code: number): Promise<void>;
}

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

  /** The client's connection is over; who shows the seat's token may take it from here. */
  hold(client: Client, { token }: HeldSeat): void {
    // Colyseus holds nothing for who did not acknowledge the join, and takes the token from the client.
    delete (client as Partial<Leaving>)._enqueuedMessages;
    client.reconnectionToken = token;
    this.#hold(client);
  }

  /** The same for a seat whose client is not known here: out of the store, or gone before it was let in. */
  holdWithoutClient(seat: HeldSeat): void {
    const { sessionId, token } = seat;
    this.#hold({ sessionId, reconnectionToken: token, auth: authOf(seat) } as unknown as Client);
  }

  /** Its player is back. */
  release(sessionId: string): void {
    this.#held.delete(sessionId);
  }

  /** Nobody may come back to it any more. */
  endHold(sessionId: string): void {
    this.#held.get(sessionId)?.reject(false);
    this.#held.delete(sessionId);
  }

  /**
   * Lets the next connection of `seat` in, all in one go: between two of these steps nobody else may come.
   * @returns the connection that had it until now, to be closed
   */
  makeWay(seat: HeldSeat): Client | undefined {
    const { room } = this.#parts;
    const inside = room as unknown as RoomLeavePrivates;
    const { sessionId, token } = seat;
    const present = room.clients.get(sessionId);
    if (present !== undefined) {
      const ref = present.ref as Client["ref"] & { onleave?: () => void };
      if (ref.onleave !== undefined) ref.removeListener("close", ref.onleave);
      // Up to its first wait, which is after the seat is held.
      inside._onLeave(present, CloseCode.MAY_TRY_RECONNECT).catch((error) => {
        this.#parts.log("an old connection was not taken off its seat", { match: room.roomId, error });
      });
    }
    if (inside._reconnections[token] === undefined) this.holdWithoutClient(seat);
    // Colyseus takes the reservation of who leaves while joining away, and leaves the rest.
    inside._reservedSeats[sessionId] ??= [true, authOf(seat), false, true];
    return present;
  }

  #hold(client: Client): void {
    const { sessionId } = client;
    const held = this.#parts.room.allowReconnection(client, "manual");
    // A room that closes answers with a plain promise, which is rejected already.
    if ("reject" in held) this.#held.set(sessionId, held);
    // Giving a hold up rejects it; Colyseus handles that, here nothing is left to do.
    held.catch(() => {});
  }
}

function authOf({ userId, session }: HeldSeat): RoomAuth {
  return { userId, ...(session !== undefined && { session }) };
}
