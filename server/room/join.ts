/** Finds a seat for a caller of the API: Colyseus' matchmaker over the matches of this process. */
import { ErrorCode, matchMaker, ServerError } from "@colyseus/core";
import type { JoinRequest, JoinResponse, SeatReservation } from "../../shared/wire/api.ts";
import type { ErrorCode as Code } from "../../shared/wire/errors.ts";
import { MatchRoom } from "./match-room.ts";

export type JoinOutcome = { ok: true; response: JoinResponse } | { ok: false; code: Code; detail: string };

/**
 * Reserves a place: in the named match, in any match of the game with a free seat, or in a new one.
 * Spectators never make a new match.
 */
export async function joinMatch(request: JoinRequest): Promise<JoinOutcome> {
  const { game, matchId, spectate, name, options } = request;
  const join = { name, spectate, ...(options === undefined ? {} : { options }) };
  try {
    if (matchMaker.getRoomClass(game) === undefined) {
      return { ok: false, code: "game/unknown", detail: `no game "${game}" here` };
    }
    if (spectate) return await spectateMatch(game, matchId, join);
    const reserved =
      matchId === undefined
        ? await matchMaker.joinOrCreate(game, join)
        : await matchMaker.joinById(matchId, join);
    return reservation(reserved as SeatReservation);
  } catch (error) {
    return refusal(error as Error, matchId);
  }
}

async function spectateMatch(
  game: string,
  matchId: string | undefined,
  join: { name: string; spectate: boolean },
): Promise<JoinOutcome> {
  const listing = await matchMaker.driver.findOne(
    matchId === undefined ? { name: game } : { roomId: matchId },
  );
  const room = listing === undefined ? undefined : matchMaker.getLocalRoomById(listing.roomId);
  if (!(room instanceof MatchRoom)) return { ok: false, code: "match/unknown", detail: "nothing to watch" };
  return reservation((await room.reserveSpectator(join)) as SeatReservation);
}

function reservation(seat: SeatReservation): JoinOutcome {
  return { ok: true, response: { reservation: seat, matchId: seat.roomId } };
}

/** Colyseus' numbers in our words. */
function refusal(error: Error, matchId: string | undefined): JoinOutcome {
  const detail = error.message;
  const code = error instanceof ServerError ? error.code : undefined;
  if (code === ErrorCode.MATCHMAKE_INVALID_ROOM_ID) {
    return detail.includes("locked")
      ? { ok: false, code: "seat/full", detail: `match "${matchId}" has no free seat` }
      : { ok: false, code: "match/unknown", detail: `no running match "${matchId}"` };
  }
  for (const known of ["match/bad-options", "match/too-many", "seat/full"] as const) {
    if (detail.startsWith(known)) return { ok: false, code: known, detail: detail.slice(known.length + 2) };
  }
  if (error.constructor.name === "SeatReservationError") return { ok: false, code: "seat/full", detail };
  throw error;
}
