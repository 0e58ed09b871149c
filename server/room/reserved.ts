/** A room's reservations, read from where Colyseus keeps them, without those of banned or signed-out users. */
import type { Room } from "@colyseus/core";
import { type Reserved, reservationsIn } from "./colyseus-internals/seat-internals.ts";
import type { BarredCheck } from "./put-out.ts";

/** Reservations of clients that join for the first time. */
export function reservationsOf(room: Room, barred: BarredCheck): Reserved[] {
  return Object.values(reservationsIn(room)).filter(
    ([, auth, , held]) => !held && (auth === undefined || barred(auth) === undefined),
  );
}
