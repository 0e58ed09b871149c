/** Translates Colyseus' seat reservations and errors for joins and bookings. */
import { ErrorCode, matchMaker } from "@colyseus/core";
import type { Seat } from "../../shared/game/game.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import { type ErrorCode as Code, isErrorCode } from "../../shared/wire/errors.ts";
import type { LiveMatch } from "../match/live-match.ts";
import type { RoomAuth } from "./authentication.ts";
import { type Listing, listingOf } from "./colyseus-internals/room-internals.ts";
import {
  isLockedRoom,
  noReservation,
  reservationsIn,
  reservationTimer,
} from "./colyseus-internals/seat-internals.ts";
import type { OutFrame } from "./gated-socket.ts";
import { type HostedRoom, hostedRoomOf } from "./hosted-room.ts";
import { MatchRoom } from "./match-room.ts";
import { seatsOf } from "./seats-of.ts";

export type ReservationRefusal = { readonly ok: false; readonly code: Code; readonly detail: string };

/** The room of a match that runs in this process, of a game or a durable one. */
export function hostedOf(matchId: string): HostedRoom | undefined {
  return hostedRoomOf(matchMaker.getLocalRoomById(matchId));
}

/** How many seats a match has, as every list says it: its room knows, if it has one yet. */
export function seatsMaxOf({
  live,
  origin,
}: {
  readonly live: LiveMatch<OutFrame>;
  readonly origin: MatchOrigin | undefined;
}): number {
  return hostedOf(live.id)?.seating.seatsMax ?? seatsOf(live.match.game, origin);
}

/** The room of a game's match that runs in this process. */
export function roomOf(matchId: string): MatchRoom | undefined {
  const room = matchMaker.getLocalRoomById(matchId);
  return room instanceof MatchRoom ? room : undefined;
}

/** @throws Colyseus' errors: see `refusalOf` */
export async function reserve(listing: Listing, join: object, auth: RoomAuth): Promise<SeatReservation> {
  return (await matchMaker.reserveSeatFor(listing, join, auth)) as SeatReservation;
}

/** The options with which a booked player joins; a durable room is told its seat and side, as it knows no seats itself. */
export function bookedJoin(
  { live }: Pick<HostedRoom, "live">,
  { seat, name, origin }: { seat: Seat; name: string | undefined; origin: Pick<MatchOrigin, "teamSize"> },
): object {
  if (!live.match.game.isRoom) return { spectate: false };
  return { seat, team: Math.floor(seat / origin.teamSize), ...(name !== undefined && { name }) };
}

/** @returns a user's unused reservation, renewed to its full time; undefined when there is none */
export function reservedBefore(
  { room }: Pick<HostedRoom, "room">,
  userId: string,
): SeatReservation | undefined {
  const reserved = Object.entries(reservationsIn(room));
  const own = reserved.find(([, [, auth, used, held]]) => auth?.userId === userId && !used && !held);
  const timer = own && reservationTimer(room, own[0]);
  if (own === undefined || timer === undefined) return undefined;
  timer.refresh();
  return matchMaker.buildSeatReservation(listingOf(room), own[0]) as SeatReservation;
}

/** A reservation that returns a user to their held seat. */
export function returnTo(
  { room }: Pick<HostedRoom, "room">,
  seat: { sessionId: string; token: string },
): SeatReservation {
  const reserved = matchMaker.buildSeatReservation(listingOf(room), seat.sessionId) as SeatReservation;
  return { ...reserved, reconnectionToken: seat.token };
}

export function refused(code: Code, detail: string): ReservationRefusal {
  return { ok: false, code, detail };
}

/** A room, here or on another node, throws our code at the start of its message; the rest is for the caller. */
const inOurWords = /^([a-z]+\/[a-z-]+)(?:: (.*))?$/s;

/** Translates Colyseus' errors into our codes. @throws every other error */
export function refusalOf(error: Error & { code?: unknown }): ReservationRefusal {
  // An error of the store. Its message contains the store's address, so it is not passed on.
  if (isErrorCode(error.code)) return refused(error.code, "");
  const [, code, detail = ""] = inOurWords.exec(error.message) ?? [];
  if (isErrorCode(code)) return refused(code, detail);
  const why = noReservation(error);
  if (why === "process-away") return refused("node/full", "the node of the match does not answer");
  if (why === "full") return refused("seat/full", "no free seat there");
  // A room is locked while every place is taken or reserved, and its match runs.
  if (error.code === ErrorCode.MATCHMAKE_INVALID_ROOM_ID && isLockedRoom(error))
    return refused("seat/full", "no free place there");
  switch (error.code) {
    case ErrorCode.MATCHMAKE_NO_HANDLER:
      return refused("game/unknown", "no such game here");
    case ErrorCode.MATCHMAKE_INVALID_CRITERIA:
    case ErrorCode.MATCHMAKE_INVALID_ROOM_ID:
      return refused("match/unknown", error.message);
    case ErrorCode.MATCHMAKE_EXPIRED:
      return refused("seat/gone", error.message);
    default:
      throw error;
  }
}
