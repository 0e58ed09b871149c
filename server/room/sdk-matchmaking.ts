/**
 * Colyseus' matchmaker for clients with nothing but the SDK: takes a request that was checked whole, answers a
 * reservation or an expected no in our words. Nothing else that came over HTTP reaches it.
 */
import { type AuthContext, matchMaker } from "@colyseus/core";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { MatchmakeRequest } from "../../shared/wire/matchmake.ts";
import { type Refusal, refusalOf } from "./reservation.ts";

export type Matchmade = { readonly ok: true; readonly reservation: SeatReservation } | Refusal;

/** @throws what is no expected no */
export async function sdkMatchmaking(request: MatchmakeRequest): Promise<Matchmade> {
  try {
    return { ok: true, reservation: (await reserved(request)) as SeatReservation };
  } catch (error) {
    return refusalOf(error as Error);
  }
}

function reserved(request: MatchmakeRequest): Promise<unknown> {
  switch (request.method) {
    case "joinOrCreate":
    case "create":
    case "join":
      return matchMaker[request.method](request.game, request.options, caller(request));
    case "joinById":
      return matchMaker.joinById(request.matchId, request.options, caller(request));
    case "reconnect":
      return matchMaker.reconnect(request.matchId, request.options);
  }
}

/** Who asks is in the token alone. */
function caller({ token }: MatchmakeRequest): AuthContext {
  return { token: token ?? "", headers: new Headers(), ip: "" };
}
