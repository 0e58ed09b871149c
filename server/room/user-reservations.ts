/**
 * Reservations of users in this process: in each match one for a seat and one for a spectator's place, and a limited
 * number in all. A newer one replaces an older one: a user who asks again has lost the answer or the page, and one
 * who asks for everything only keeps the last few. A used reservation does not count.
 */
import type { Room } from "@colyseus/core";
import type { JoinOptions } from "../../shared/wire/room-messages.ts";
import type { RoomAuth } from "./authentication.ts";
import type { Reserved } from "./reserved.ts";

/** Reservations of one user in all: some tabs, or some tries. */
const perUserMax = 4;

interface Reservation {
  readonly room: Room;
  readonly sessionId: string;
  readonly spectate: boolean;
}

/** The form in which Colyseus calls it; private to its types. */
interface RoomReservePrivates {
  _reserveSeat(
    sessionId: string,
    join: JoinOptions | true,
    auth: RoomAuth | undefined,
    seconds?: number,
    held?: boolean,
    ...more: unknown[]
  ): Promise<boolean>;
  readonly _reservedSeats: Record<string, Reserved>;
}

export class UserReservations {
  /** By user, oldest first. Invariant: every user in it had an open reservation after their last one was made. */
  readonly #byUser = new Map<string, Reservation[]>();

  /** Replaces a room's `_reserveSeat`. */
  reserving(room: Room): RoomReservePrivates["_reserveSeat"] {
    const inside = room as unknown as RoomReservePrivates;
    const reserve = inside._reserveSeat.bind(room);
    return async (sessionId, join, auth, seconds, held = false, ...more) => {
      if (held || auth === undefined) return reserve(sessionId, join, auth, seconds, held, ...more);
      const made = { room, sessionId, spectate: join !== true && join.spectate === true };
      this.#makeRoomFor(made, auth.userId);
      // Colyseus records it before its first await, so that a second request meanwhile sees it.
      const reserving = reserve(sessionId, join, auth, seconds, held, ...more);
      const open = [...this.#openOf(auth.userId), made].filter((each) => this.#isOpen(each));
      if (open.length > 0) this.#byUser.set(auth.userId, open);
      return reserving;
    };
  }

  #makeRoomFor({ room, spectate }: Reservation, userId: string): void {
    const open = this.#openOf(userId);
    const same = open.filter((each) => each.room === room && each.spectate === spectate);
    const others = open.filter((each) => !same.includes(each));
    const tooMany = others.slice(0, Math.max(0, others.length - (perUserMax - 1)));
    // Its timer still runs, finds nothing, and lowers Colyseus' count again.
    for (const { room, sessionId } of [...same, ...tooMany])
      delete (room as unknown as RoomReservePrivates)._reservedSeats[sessionId];
    const kept = others.slice(tooMany.length);
    if (kept.length > 0) this.#byUser.set(userId, kept);
    else this.#byUser.delete(userId);
  }

  /** Reservations that are neither used nor expired. */
  #openOf(userId: string): Reservation[] {
    return (this.#byUser.get(userId) ?? []).filter((each) => this.#isOpen(each));
  }

  #isOpen({ room, sessionId }: Reservation): boolean {
    const reserved = (room as unknown as RoomReservePrivates)._reservedSeats[sessionId];
    return reserved !== undefined && !reserved[2];
  }
}
