/**
 * Reservations of spectators, who have places of their own. Colyseus counts one kind of place, and the room answers
 * it with its seats. The room decides how many may watch.
 */
import { Room } from "@colyseus/core";
import type { JoinOptions } from "../../shared/wire/room-messages.ts";

/** The form in which Colyseus calls it, private to its types. `true` means a reconnect. */
export type ReserveSeat = (
  sessionId: string,
  join: JoinOptions | true | undefined,
  ...more: unknown[]
) => Promise<boolean>;

const reserveAsColyseus = Room.prototype["_reserveSeat"] as unknown as ReserveSeat;

export class PlacesToWatch {
  readonly #room: Room;
  readonly #full: () => boolean;
  /** Whether a spectator's place is being reserved right now, for which seats do not count. */
  reserving = false;

  constructor(room: Room, full: () => boolean) {
    this.#room = room;
    this.#full = full;
  }

  /** Replaces the room's `_reserveSeat`. */
  readonly reserve: ReserveSeat = async (sessionId, join, ...more) => {
    const reserve = () => reserveAsColyseus.call(this.#room, sessionId, join, ...more);
    if (join === true || join?.spectate !== true) return reserve();
    if (this.#full()) return false;
    this.reserving = true;
    try {
      // Colyseus asks whether there is room before its first await.
      return reserve();
    } finally {
      this.reserving = false;
    }
  };
}
