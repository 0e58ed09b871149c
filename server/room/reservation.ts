/** Colyseus' seat reservations in our words, for the door and for bookings. */
import { ErrorCode, matchMaker, ServerError } from "@colyseus/core";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { ErrorCode as Code } from "../../shared/wire/errors.ts";
import type { JoinOptions } from "../../shared/wire/room-messages.ts";
import type { RoomAuth } from "./authentication.ts";
import { MatchRoom } from "./match-room.ts";

/** The listing is Colyseus' own, private to its types. */
export type Listing = Parameters<typeof matchMaker.reserveSeatFor>[0];

export type Refusal = { readonly ok: false; readonly code: Code; readonly detail: string };

/** The room of a match that runs in this process. */
export function roomOf(matchId: string): MatchRoom | undefined {
  const room = matchMaker.getLocalRoomById(matchId);
  return room instanceof MatchRoom ? room : undefined;
}

/** @throws Colyseus' errors: see `refusalOf` */
export async function reserve(listing: Listing, join: JoinOptions, auth: RoomAuth): Promise<SeatReservation> {
  return (await matchMaker.reserveSeatFor(listing, join, auth)) as SeatReservation;
}

/** Brings a user back to a seat that is held for him. */
export function returnTo(room: MatchRoom, seat: { sessionId: string; token: string }): SeatReservation {
  const listing = room["_listing"] as Listing;
  const reserved = matchMaker.buildSeatReservation(listing, seat.sessionId) as SeatReservation;
  return { ...reserved, reconnectionToken: seat.token };
}

export function refused(code: Code, detail: string): Refusal {
  return { ok: false, code, detail };
}

/** Colyseus' errors in our words. @throws what is none of them */
export function refusalOf(error: Error): Refusal {
  const detail = error.message;
  for (const known of ["match/bad-options", "match/too-many", "seat/full"] as const) {
    if (detail.startsWith(known)) return refused(known, detail.slice(known.length + 2));
  }
  if (error.constructor.name === "SeatReservationError") return refused("seat/full", detail);
  if (error instanceof ServerError && error.code === ErrorCode.MATCHMAKE_INVALID_ROOM_ID) {
    return refused("match/unknown", detail);
  }
  throw error;
}
