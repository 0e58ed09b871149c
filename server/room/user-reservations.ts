/**
 * Reservations of users in this process: in each match one for a seat and one for a spectator's place, and a limited
 * number in all. A newer one replaces an older one: a user who asks again has lost the answer or the page, and one
 * who asks for everything only keeps the last few. A used reservation does not count.
 */
import type { Room } from "@colyseus/core";
import {
  dropReservation,
  type ReserveSeat,
  reservationsIn,
  reservingIn,
} from "./colyseus-internals/seat-internals.ts";

/** Reservations of one user in all: some tabs, or some tries. */
const perUserMax = 4;

interface Reservation {
  readonly room: Room;
  readonly sessionId: string;
  readonly spectate: boolean;
}

export class UserReservations {
  /** By user, oldest first. Invariant: every user in it had an open reservation after their last one was made. */
  readonly #byUser = new Map<string, Reservation[]>();

  /** Replaces a room's own way to reserve seats. */
  reserving(room: Room): ReserveSeat {
    const reserve = reservingIn(room);
    return async (sessionId, join, auth, seconds, held = false, ...more) => {
      if (held || auth === undefined) return reserve(sessionId, join, auth, seconds, held, ...more);
      const made = { room, sessionId, spectate: join !== true && join?.spectate === true };
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
    for (const { room, sessionId } of [...same, ...tooMany]) dropReservation(room, sessionId);
    const kept = others.slice(tooMany.length);
    if (kept.length > 0) this.#byUser.set(userId, kept);
    else this.#byUser.delete(userId);
  }

  /** Reservations that are neither used nor expired. */
  #openOf(userId: string): Reservation[] {
    return (this.#byUser.get(userId) ?? []).filter((each) => this.#isOpen(each));
  }

  #isOpen({ room, sessionId }: Reservation): boolean {
    const reserved = reservationsIn(room)[sessionId];
    return reserved !== undefined && !reserved[2];
  }
}
