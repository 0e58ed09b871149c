/** A room's reservations, read from where Colyseus keeps them, without those of banned or signed-out users. */
import type { Room } from "@colyseus/core";
import type { JoinOptions } from "../../shared/wire/room-messages.ts";
import type { RoomAuth } from "./authentication.ts";
import type { BarredCheck } from "./put-out.ts";

/** Colyseus' form: options, auth, whether it was used, whether it is held for a reconnect. */
export type Reserved = readonly [JoinOptions, RoomAuth | undefined, boolean, boolean];

/** Reservations of clients that join for the first time. */
export function reservationsOf(room: Room, barred: BarredCheck): Reserved[] {
  const seats = Object.values(room["_reservedSeats"]) as unknown as Reserved[];
  return seats.filter(([, auth, , held]) => !held && (auth === undefined || barred(auth) === undefined));
}
