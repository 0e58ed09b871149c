/**
 * Reservations of spectators, who have places of their own: Colyseus counts one kind of place, and the room's answer
 * to it is about seats. How many may watch, the room says.
 */
import { Room } from "@colyseus/core";
import type { JoinOptions } from "../../shared/wire/room-messages.ts";

/** As Colyseus calls it; private to its types. `true`: for a return. */
export type ReserveSeat = (
  sessionId: string,
  join: JoinOptions | true | undefined,
  ...more: unknown[]
) => Promise<boolean>;

const reserveAsColyseus = Room.prototype["_reserveSeat"] as unknown as ReserveSeat;

export class PlacesToWatch {
  readonly #room: Room;
  readonly #full: () => boolean;
  /** Whether a place is being reserved right now: seats do not matter to it. */
  reserving = false;

  constructor(room: Room, full: () => boolean) {
    this.#room = room;
    this.#full = full;
  }

  /** In the place of the room's `_reserveSeat`. */
  readonly reserve: ReserveSeat = async (sessionId, join, ...more) => {
    const reserve = () => reserveAsColyseus.call(this.#room, sessionId, join, ...more);
    if (join === true || join?.spectate !== true) return reserve();
    if (this.#full()) return false;
    this.reserving = true;
    try {
      // It asks whether there is room before its first wait.
      return reserve();
    } finally {
      this.reserving = false;
    }
  };
}
