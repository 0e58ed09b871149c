/**
 * Reservations of spectators, who have places of their own. Colyseus counts one kind of place, and the room answers
 * it with its seats. The room decides how many may watch.
 */
import type { Room } from "@colyseus/core";
import { type ReserveSeat, reserveAsColyseus } from "./colyseus-internals/seat-internals.ts";

export class PlacesToWatch {
  readonly #room: Room;
  readonly #full: () => boolean;
  /** Whether a spectator's place is being reserved right now, for which seats do not count. */
  reserving = false;

  constructor(room: Room, full: () => boolean) {
    this.#room = room;
    this.#full = full;
  }

  /** Replaces the room's own way to reserve seats. */
  readonly reserve: ReserveSeat = async (sessionId, join, ...more) => {
    const reserve = () => reserveAsColyseus(this.#room, sessionId, join, ...more);
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
