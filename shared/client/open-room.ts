/**
 * Opens the room of a match: a reserved seat, or the seat of an earlier connection, and the first socket to it.
 * Knows no messages and no View; every wait ends.
 */

import { Client, type Room } from "@colyseus/sdk";
import type { SteadyClock } from "../clock.ts";
import type { SeatReservation } from "../wire/api.ts";
import { type ApiAccess, originsOf, reserveSeat, type SeatRequest, withFirst } from "./api.ts";
import { beginSession } from "./sessions.ts";

/** Seat reserved → admitted by the room, at most: a reservation does not live longer either. */
const openMsMax = 10_000;

export interface OpenRoomOptions extends SeatRequest {
  /** Of the server, e.g. `https://host` or `https://host/game`; of several, the next is asked when one does not answer. */
  readonly url: string | readonly string[];
  /** Token of a session; left out: a guest's, for this match alone. */
  readonly session?: string;
  /** What a ticket led to: the seat that a queue found, in the place of asking for one. */
  readonly assignment?: { readonly reservation: SeatReservation };
  /** Reconnection token of an earlier connection (a page that was reloaded): take that seat again. */
  readonly resume?: string;
  readonly api?: Omit<ApiAccess, "url">;
  /** Milliseconds that only grow; default `performance.now`. */
  readonly now?: SteadyClock;
  /** From 0 to 1; default `Math.random`. Spreads the attempts to come back. */
  readonly chance?: () => number;
}

export interface OpenedRoom<View> {
  readonly room: Room<unknown, View>;
  /** All origins of the API, the one that answered first. */
  readonly origins: readonly string[];
}

/** With a session. Once for all attempts: who tries again is who they were, and not in their own way. @throws ApiError */
export async function asSomebody(options: OpenRoomOptions): Promise<OpenRoomOptions> {
  const { url, resume, session, assignment, name } = options;
  if (session !== undefined || resume || assignment !== undefined) return options;
  const { token, origin } = await beginSession(accessOf(options), name);
  return { ...options, session: token, url: withFirst(originsOf(url), origin) };
}

/** @param options of somebody. @throws ApiError when the API says no; Error when the room or its server does */
export async function openRoom<View>(options: OpenRoomOptions): Promise<OpenedRoom<View>> {
  const { url, resume, api: _, now: __, chance: ___, session, assignment, ...request } = options;
  if (resume) return resumedRoom<View>(originsOf(url), resume);
  if (assignment !== undefined) return seatedRoom<View>(originsOf(url), assignment.reservation);
  const access = { ...accessOf(options), ...(session !== undefined && { token: session }) };
  const { reservation, origin } = await reserveSeat(access, request);
  return seatedRoom<View>(withFirst(originsOf(url), origin), reservation);
}

/**
 * For another try. A reservation leads in once and says nothing of why it does not a second time: who has a session
 * asks for the seat by the match's id, and is told.
 */
export function askingAnew(options: OpenRoomOptions): OpenRoomOptions {
  const { assignment, ...rest } = options;
  if (assignment === undefined || options.session === undefined) return options;
  return { ...rest, matchId: assignment.reservation.roomId };
}

function accessOf({ url, api, chance }: OpenRoomOptions): ApiAccess {
  return { ...(chance && { chance }), ...api, url };
}

/** A reservation leads to one process; the origin that gave it knows the way there. */
async function seatedRoom<View>(
  origins: readonly string[],
  reservation: SeatReservation,
): Promise<OpenedRoom<View>> {
  const opening = new Client(origins[0]!).consumeSeatReservation<View>(reservation as SdkReservation);
  return { room: await admitted(opening), origins };
}

/** The same; the SDK's type knows no field that is there and undefined. */
type SdkReservation = Parameters<Client["consumeSeatReservation"]>[0];

/** The SDK asks its own route of the API and does not say which of its errors pass: every origin is asked once. */
async function resumedRoom<View>(origins: readonly string[], token: string): Promise<OpenedRoom<View>> {
  let last: unknown;
  for (const origin of origins) {
    try {
      const room = await admitted(new Client(origin).reconnect<View>(token));
      return { room: room as Room<unknown, View>, origins: withFirst(origins, origin) };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** The SDK waits for ever for a server that took the socket and says nothing. A room that comes too late is left. */
async function admitted<Opened extends { leave(): unknown }>(opening: Promise<Opened>): Promise<Opened> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`The room did not open within ${openMsMax / 1000} s.`));
    opening.then(
      (room) => room.leave(),
      () => undefined,
    );
  }, openMsMax);
  try {
    return await Promise.race([opening, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
