/**
 * Colyseus' matchmaker for clients with nothing but the SDK: takes a request that was checked whole, answers a
 * reservation or an expected no in our words. Nothing else that came over HTTP reaches it.
 */
import { type AuthContext, matchMaker } from "@colyseus/core";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { MatchmakeRequest } from "../../shared/wire/matchmake.ts";
import type { Identify } from "./authentication.ts";
import { makerOf } from "./join.ts";
import { type Refusal, refusalOf } from "./reservation.ts";

export type Matchmade = { readonly ok: true; readonly reservation: SeatReservation } | Refusal;

/** @returns a function that throws what is no expected no */
export function sdkMatchmaking(identify: Identify): (request: MatchmakeRequest) => Promise<Matchmade> {
  return async (request) => {
    try {
      return { ok: true, reservation: (await reserved(request, identify)) as SeatReservation };
    } catch (error) {
      return refusalOf(error as Error);
    }
  };
}

async function reserved(request: MatchmakeRequest, identify: Identify): Promise<unknown> {
  switch (request.method) {
    case "joinOrCreate":
    case "create": {
      // Who has no session is refused by the room's own check.
      const known = await identify(request.token);
      const maker = known.ok ? makerOf({ ...known.joiner, address: request.address }) : undefined;
      return matchMaker[request.method](request.game, { ...request.options, maker }, caller(request));
    }
    case "join":
      return matchMaker.join(request.game, request.options, caller(request));
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
