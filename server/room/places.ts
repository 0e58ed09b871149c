/**
 * Who has a place in a room, and what is free: seats, and places to watch from, taken or reserved. Colyseus counts one
 * kind of place and answers with its seats, so that spectators' reservations go past its count. It keeps nothing: the
 * match knows who has a place, and Colyseus who has a reservation.
 */
import type { Room } from "@colyseus/core";
import type { Seat } from "../../shared/game/game.ts";
import type { LiveMatch } from "../match/live-match.ts";
import { type Reserved, type ReserveSeat, reserveAsColyseus } from "./colyseus-internals/seat-internals.ts";
import type { OutFrame } from "./gated-socket.ts";
import { reservationsOf } from "./reserved.ts";
import type { RoomParts } from "./room-parts.ts";
import type { RoomSeats } from "./room-seats.ts";
import { seatsOf } from "./seats-of.ts";

export interface PlacesParts {
  readonly room: Room;
  readonly live: () => LiveMatch<OutFrame>;
  readonly parts: () => Pick<RoomParts, "barred" | "game" | "host" | "invited" | "spectatorsMax">;
}

export class Places implements RoomSeats {
  readonly isHidden = false;
  readonly wantsNobody = false;
  readonly #parts: PlacesParts;
  /** Whether a spectator's place is being reserved right now, for which seats do not count. */
  #reservingToWatch = false;

  constructor(parts: PlacesParts) {
    this.#parts = parts;
  }

  /** Replaces the room's own way to reserve seats. */
  readonly reserve: ReserveSeat = async (sessionId, join, ...more) => {
    const reserve = () => reserveAsColyseus(this.#parts.room, sessionId, join, ...more);
    if (join === true || join?.spectate !== true) return reserve();
    if (this.spectatorsFull) return false;
    this.#reservingToWatch = true;
    try {
      // Colyseus asks whether there is room before its first await.
      return reserve();
    } finally {
      this.#reservingToWatch = false;
    }
  };

  /** What Colyseus is told when it asks: whether there is no room for the reservation that is being made. */
  get noneLeft(): boolean {
    if (this.#reservingToWatch) return false;
    return this.#match.seatsTaken + this.#reservedSeats() >= this.#gameSeats;
  }

  /** Whether a queue created the match; then only the queue assigns seats. */
  get isBooked(): boolean {
    const { room, parts } = this.#parts;
    return parts().host.originOf(room.roomId) !== undefined;
  }

  /** Whether Colyseus should list the room as locked: no player who asks gets a seat. */
  get isClosed(): boolean {
    const { seatsTaken, outcome } = this.#match;
    return this.isBooked || seatsTaken >= this.#gameSeats || outcome !== undefined;
  }

  /** Whether a player who asks now would get a seat. */
  get takesPlayers(): boolean {
    const { room, live } = this.#parts;
    return !this.isBooked && !room.locked && live().lifecycle === "running" && !this.noneLeft;
  }

  get seatsMax(): number {
    const { room, parts } = this.#parts;
    return seatsOf(parts().game, parts().host.originOf(room.roomId));
  }

  /** Seats that are neither taken nor reserved. */
  freeSeats(): readonly Seat[] {
    const reserved = new Set(this.#reservations().map(([, auth]) => auth?.seat));
    return this.#match.freeSeats().filter((seat) => !reserved.has(seat));
  }

  /** Players with a seat or a reservation of a certain one. */
  seated(): readonly { readonly seat: Seat; readonly userId: string }[] {
    const reserved = this.#reservations().map(([, auth]) => auth);
    return [...this.#match.state.seats, ...reserved].flatMap((each) =>
      typeof each?.seat === "number" ? [{ seat: each.seat, userId: each.userId }] : [],
    );
  }

  /** Whether all places for spectators are taken or reserved. */
  get spectatorsFull(): boolean {
    const reserved = this.#reservations().filter(([options]) => options?.spectate === true).length;
    return this.#match.spectators + reserved >= this.#parts.parts().spectatorsMax;
  }

  /** Whether players are joining or waited for: then the room does not count as empty. */
  expected(spectatorsToo = false): boolean {
    const { room, parts } = this.#parts;
    const reserved = spectatorsToo ? this.#reservations().length : this.#reservedSeats();
    return reserved > 0 || parts().invited.waitedFor(room.roomId) > 0;
  }

  get #match(): LiveMatch<OutFrame>["match"] {
    return this.#parts.live().match;
  }

  get #gameSeats(): number {
    return this.#parts.parts().game.seats.max;
  }

  #reservedSeats(): number {
    return this.#reservations().filter(([options]) => options?.spectate !== true).length;
  }

  #reservations(): Reserved[] {
    return reservationsOf(this.#parts.room, this.#parts.parts().barred);
  }
}
