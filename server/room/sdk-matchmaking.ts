/**
 * Matchmaking for clients that have only the SDK: takes a checked request, and answers with a reservation or a
 * refusal in our codes. Joins use the same code as the API; the other methods are Colyseus' own.
 */

import { matchMaker } from "@colyseus/core";
import { words } from "../../shared/game/issues.ts";
import { type Joiner, type JoinRequest, joinRequest, type SeatReservation } from "../../shared/wire/api.ts";
import type { MatchmakeRequest } from "../../shared/wire/matchmake.ts";
import type { Identify } from "./authentication.ts";
import { type JoinOutcome, makerOf } from "./join.ts";
import { type ReservationRefusal, refusalOf, refused, reserve } from "./reservation.ts";

export type SdkMatchmade = { readonly ok: true; readonly reservation: SeatReservation } | ReservationRefusal;

export interface SdkParts {
  readonly identify: Identify;
  /** The same function as for the API. */
  readonly join: (request: JoinRequest, joiner: Joiner) => Promise<JoinOutcome>;
}

/** @returns a function that throws every error that is not a refusal */
export function sdkMatchmaking(parts: SdkParts): (request: MatchmakeRequest) => Promise<SdkMatchmade> {
  return async (request) => {
    try {
      return await matchmade(request, parts);
    } catch (error) {
      return refusalOf(error as Error);
    }
  };
}

async function matchmade(request: MatchmakeRequest, parts: SdkParts): Promise<SdkMatchmade> {
  switch (request.method) {
    case "joinOrCreate":
      return joined(request, { game: request.game, ...request.options }, parts);
    // Colyseus' own `join` would retry a full match for up to 25 s.
    case "join":
      return joined(request, { game: request.game, create: false, ...request.options }, parts);
    case "joinById":
      return joined(request, { matchId: request.matchId, ...request.options }, parts);
    case "create":
      return created(request, parts);
    case "reconnect":
      return reserved(await matchMaker.reconnect(request.matchId, request.options));
  }
}

async function joined(
  { token, address }: MatchmakeRequest,
  wish: unknown,
  parts: SdkParts,
): Promise<SdkMatchmade> {
  const known = await parts.identify(token);
  if (!known.ok) return refused(known.code, known.detail);
  const asked = joinRequest.safeParse(wish);
  if (!asked.success) return refused("request/invalid", words(asked.error.issues, "options"));
  const outcome = await parts.join(asked.data, { ...known.joiner, address });
  return outcome.ok ? { ok: true, reservation: outcome.response.reservation } : outcome;
}

/** Replaces Colyseus' `create`, which would authenticate a second time: a request is counted once. */
async function created(
  { token, address, game, options }: MatchmakeRequest & { readonly method: "create" },
  parts: SdkParts,
): Promise<SdkMatchmade> {
  const known = await parts.identify(token);
  if (!known.ok) return refused(known.code, known.detail);
  const joiner = { ...known.joiner, address };
  const listing = await matchMaker.createRoom(game, { ...options, maker: makerOf(joiner) });
  return reserved(await reserve(listing, options, joiner));
}

function reserved(reservation: unknown): SdkMatchmade {
  return { ok: true, reservation: reservation as SeatReservation };
}
