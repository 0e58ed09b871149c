/**
 * Who has a place in a durable room, and who may have one. Where a queue made it, the queue alone gives out the seats, and the
 * room is listed nowhere; in every other one Colyseus decides. It keeps nothing: the match knows who has a place, and Colyseus
 * who has a reservation.
 */
import type { Room } from "@colyseus/core";
import type { Seat } from "../../../shared/game/game.ts";
import type { MatchOrigin } from "../../../shared/wire/booking.ts";
import type { LiveMatch } from "../../match/live-match.ts";
import type { RoomAuth } from "../authentication.ts";
import { listingOf, lockedByRoom } from "../colyseus-internals/room-internals.ts";
import {
  type Reserved,
  type ReserveSeat,
  reserveAsColyseus,
  reserveSeatsBy,
} from "../colyseus-internals/seat-internals.ts";
import type { OutFrame } from "../gated-socket.ts";
import type { BarredCheck } from "../put-out.ts";
import { reservationsOf } from "../reserved.ts";
import type { RoomSeats } from "../room-seats.ts";

export interface DurableSeatingParts {
  readonly room: Room;
  /** Undefined while the room is being created. */
  readonly live: () => LiveMatch<OutFrame> | undefined;
  /** What the queue that made it said of it. */
  readonly origin: () => MatchOrigin | undefined;
  readonly barred: BarredCheck;
  /** Whether the room ends: nobody gets a place from then on. */
  readonly isEnding: () => boolean;
}

export class DurableSeating implements RoomSeats {
  readonly #parts: DurableSeatingParts;

  constructor(parts: DurableSeatingParts) {
    this.#parts = parts;
    const reserve: ReserveSeat = async (sessionId, join, auth, seconds, held = false, ...more) => {
      if (parts.isEnding() || (!held && !this.#admits(auth))) return false;
      return reserveAsColyseus(parts.room, sessionId, join, auth, seconds, held, ...more);
    };
    reserveSeatsBy(parts.room, reserve);
  }

  get isBooked(): boolean {
    return this.#parts.origin() !== undefined;
  }

  get seatsMax(): number {
    const { room, live, origin } = this.#parts;
    const booked = origin();
    if (booked !== undefined) return booked.teams * booked.teamSize;
    return Math.min(room.maxClients, live()?.match.game.seats.max ?? Number.POSITIVE_INFINITY);
  }

  get isHidden(): boolean {
    return !this.isBooked && this.#isPrivate;
  }

  get wantsNobody(): boolean {
    return lockedByRoom(this.#parts.room);
  }

  get takesPlayers(): boolean {
    const { room, live } = this.#parts;
    const isOpen = !room.locked && !this.#isPrivate && !room.hasReachedMaxClients();
    return !this.isBooked && isOpen && live()?.lifecycle === "running";
  }

  /** A match that no queue made has none: Colyseus knows no seats, only how many clients there may be. */
  freeSeats(): readonly Seat[] {
    const live = this.#parts.live();
    if (live === undefined || !this.isBooked) return [];
    const reserved = new Set(this.#reservations().map(([, auth]) => auth?.seat));
    return live.match.freeSeats().filter((seat) => seat < this.seatsMax && !reserved.has(seat));
  }

  seated(): readonly { readonly seat: Seat; readonly userId: string }[] {
    const taken = this.#parts.live()?.match.state.seats ?? [];
    const reserved = this.#reservations().map(([, auth]) => auth);
    return [...taken, ...reserved].flatMap((each) =>
      typeof each?.seat === "number" ? [{ seat: each.seat, userId: each.userId }] : [],
    );
  }

  /** The seat that was booked for a client, and nobody else's word for it. */
  seatOf(auth: Partial<RoomAuth> | undefined): Seat | undefined {
    return this.isBooked ? auth?.seat : undefined;
  }

  #admits(auth: RoomAuth | undefined): boolean {
    return !this.isBooked || (typeof auth?.userId === "string" && typeof auth.seat === "number");
  }

  get #isPrivate(): boolean {
    const { private: isPrivate, unlisted } = listingOf(this.#parts.room) as {
      private?: boolean;
      unlisted?: boolean;
    };
    return isPrivate === true || unlisted === true;
  }

  #reservations(): Reserved[] {
    return reservationsOf(this.#parts.room, this.#parts.barred);
  }
}
