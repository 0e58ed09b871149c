/**
 * Opens the room of a match, with a reserved seat or the seat of an earlier connection, and its first socket.
 * Knows no messages and no View; every wait is bounded.
 */

import { Client, type InputHandle, type Room } from "@colyseus/sdk";
import type { SteadyClock } from "../clock.ts";
import type { SeatReservation } from "../wire/api.ts";
import { type ApiAccess, originsOf, reserveSeat, type SeatRequest, withFirst } from "./api.ts";
import { beginSession } from "./sessions.ts";

/** Limit from the reservation to the admission by the room: a reservation does not live longer either. */
const openMsMax = 10_000;

export interface OpenRoomOptions extends SeatRequest {
  /** Address of the server, e.g. `https://host/game`. With several, the next is asked when one does not answer. */
  readonly url: string | readonly string[];
  /** Token of a session; default: a guest session for this match alone. */
  readonly session?: string;
  /** The seat that a ticket led to; without it the API is asked for one. */
  readonly assignment?: { readonly reservation: SeatReservation };
  /** Reconnection token of an earlier connection (a page that was reloaded): take that seat again. */
  readonly resume?: string;
  readonly api?: Omit<ApiAccess, "url">;
  /** Monotonic milliseconds; default `performance.now`. */
  readonly now?: SteadyClock;
  /** From 0 to 1; default `Math.random`. Spreads the reconnect attempts. */
  readonly chance?: () => number;
}

export interface OpenedRoom<View> {
  readonly room: Room<unknown, View>;
  /** All origins of the API; the one that answered comes first. */
  readonly origins: readonly string[];
}

/** Begins a guest session if there is none: once for all attempts, or each would be another guest. @throws ApiError */
export async function asSomebody(options: OpenRoomOptions): Promise<OpenRoomOptions> {
  const { url, resume, session, assignment, name } = options;
  if (session !== undefined || resume || assignment !== undefined) return options;
  const { token, origin } = await beginSession(accessOf(options), name);
  return { ...options, session: token, url: withFirst(originsOf(url), origin) };
}

/** @param options with a session. @throws ApiError when the API refuses; Error when the room or its server does */
export async function openRoom<View>(options: OpenRoomOptions): Promise<OpenedRoom<View>> {
  const { url, resume, api: _, now: __, chance: ___, session, assignment, ...request } = options;
  if (resume) return resumedRoom<View>(originsOf(url), resume);
  if (assignment !== undefined) return seatedRoom<View>(originsOf(url), assignment.reservation);
  const access = { ...accessOf(options), ...(session !== undefined && { token: session }) };
  const { reservation, origin } = await reserveSeat(access, request);
  return seatedRoom<View>(withFirst(originsOf(url), origin), reservation);
}

/**
 * Options for another attempt. A reservation is good once, and its refusal gives no reason. So a player with a session
 * asks for the seat by the match's id, and the API says what is wrong.
 */
export function askingAnew(options: OpenRoomOptions): OpenRoomOptions {
  const { assignment, ...rest } = options;
  if (assignment === undefined || options.session === undefined) return options;
  return { ...rest, matchId: assignment.reservation.roomId };
}

function accessOf({ url, api, chance }: OpenRoomOptions): ApiAccess {
  return { ...(chance && { chance }), ...api, url };
}

/** A reservation is for one process; the origin that made it can reach that process. */
async function seatedRoom<View>(
  origins: readonly string[],
  reservation: SeatReservation,
): Promise<OpenedRoom<View>> {
  const opening = new Client(origins[0]!).consumeSeatReservation<View>(reservation as SdkReservation);
  return { room: await admitted(opening), origins };
}

/** The same shape; the SDK's type does not allow a field whose value is undefined. */
type SdkReservation = Parameters<Client["consumeSeatReservation"]>[0];

/** The SDK calls a route of its own and does not say which errors are temporary, so every origin is asked once. */
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

/** The SDK waits for ever for a server that accepts the socket and stays silent. A room that opens too late is left. */
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

/** What inputs are sent by; undefined: the server declared none, and the SDK throws. */
export function inputOf<Input>(room: { input<As>(): InputHandle<As> }): InputHandle<Input> | undefined {
  try {
    return room.input<Input>();
  } catch {
    return undefined;
  }
}
