/**
 * Reservations of users in this process: one for a seat and one for a place to watch from in a match, and so many in
 * all. A newer one takes the place of an older one: whoever asks again has lost the answer, or the page, and whoever
 * asks for everything gets no more than the last few. A reservation that was used is no longer one.
 */
import type { Room } from "@colyseus/core";
import type { JoinOptions } from "../../shared/wire/room-messages.ts";
import type { RoomAuth } from "./authentication.ts";
import type { Reserved } from "./reserved.ts";

/** Of one user: some tabs, or some tries. */
const perUserMax = 4;

interface Reservation {
  readonly room: Room;
  readonly sessionId: string;
  readonly spectate: boolean;
}

/** As Colyseus calls it; private to its types. */
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
  /** By user, oldest first. Invariant: every user in it has a reservation that was open at their last one. */
  readonly #byUser = new Map<string, Reservation[]>();

  /** In the place of a room's `_reserveSeat`. */
  reserving(room: Room): RoomReservePrivates["_reserveSeat"] {
    const inside = room as unknown as RoomReservePrivates;
    const reserve = inside._reserveSeat.bind(room);
    return async (sessionId, join, auth, seconds, held = false, ...more) => {
      if (held || auth === undefined) return reserve(sessionId, join, auth, seconds, held, ...more);
      const made = { room, sessionId, spectate: join !== true && join.spectate === true };
      this.#makeRoomFor(made, auth.userId);
      // Colyseus writes it down before its first wait: whoever asks meanwhile must see it.
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
    // Its timer still runs, finds nothing and brings Colyseus' count down again.
    for (const { room, sessionId } of [...same, ...tooMany])
      delete (room as unknown as RoomReservePrivates)._reservedSeats[sessionId];
    const kept = others.slice(tooMany.length);
    if (kept.length > 0) this.#byUser.set(userId, kept);
    else this.#byUser.delete(userId);
  }

  /** Neither used nor run out. */
  #openOf(userId: string): Reservation[] {
    return (this.#byUser.get(userId) ?? []).filter((each) => this.#isOpen(each));
  }

  #isOpen({ room, sessionId }: Reservation): boolean {
    const reserved = (room as unknown as RoomReservePrivates)._reservedSeats[sessionId];
    return reserved !== undefined && !reserved[2];
  }
}
