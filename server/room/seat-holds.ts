/**
 * Seats whose players are away, in Colyseus' terms: it lets a client with the seat's token come back as long
 * as the seat is held. How long that is the match's ticks decide, not a timer, so that it survives a crash.
 */
import type { Client, Deferred, Room } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";

export class SeatHolds {
  readonly #room: Pick<Room, "allowReconnection">;
  readonly #held = new Map<string, Deferred<Client>>();

  constructor(room: Pick<Room, "allowReconnection">) {
    this.#room = room;
  }

  hold(client: Client): void {
    const held = this.#room.allowReconnection(client, "manual");
    // Giving a hold up rejects it; Colyseus handles that, here nothing is left to do.
    held.catch(() => {});
    this.#held.set(client.sessionId, held);
  }

  /** The same for a seat that came out of the store and never had a client in this process. */
  holdRestored({ sessionId, token, userId, session }: SeatState): void {
    const auth = { userId, ...(session !== undefined && { session }) };
    this.hold({ sessionId, reconnectionToken: token, auth } as unknown as Client);
  }

  /** Its player is back. */
  release(sessionId: string): void {
    this.#held.delete(sessionId);
  }

  /** Nobody may come back to it any more. */
  giveUp(sessionId: string): void {
    this.#held.get(sessionId)?.reject(false);
    this.#held.delete(sessionId);
  }
}
