/**
 * Opens the room of a match: a reserved seat, or the seat of an earlier connection, and the first socket to it.
 * Knows no messages and no View; every wait ends.
 */
import { Client, type Room } from "@colyseus/sdk";
import { type ApiAccess, originsOf, reserveSeat, type SeatRequest, withFirst } from "./api.ts";

/** Seat reserved → admitted by the room, at most: a reservation does not live longer either. */
const openMsMax = 10_000;

export interface JoinOptions extends SeatRequest {
  /** Origin of the server, e.g. `http://localhost:2567`; of several, the next is asked when one does not answer. */
  readonly url: string | readonly string[];
  /** Reconnection token of an earlier connection (a page that was reloaded): take that seat again. */
  readonly resume?: string;
  readonly api?: Omit<ApiAccess, "url">;
  /** Milliseconds that only grow; default `performance.now`. */
  readonly now?: () => number;
  /** From 0 to 1; default `Math.random`. Spreads the attempts to come back. */
  readonly chance?: () => number;
}

export interface OpenedRoom<View> {
  readonly room: Room<unknown, View>;
  /** All origins of the API, the one that answered first. */
  readonly origins: readonly string[];
}

/** @throws ApiError when the API says no; Error when the room or its server does */
export async function openRoom<View>(options: JoinOptions): Promise<OpenedRoom<View>> {
  const { url, resume, api, now, chance, ...request } = options;
  if (resume) return resumedRoom<View>(originsOf(url), resume);
  const { reservation, origin } = await reserveSeat({ ...(chance && { chance }), ...api, url }, request);
  const room = await admitted(new Client(origin).consumeSeatReservation<View>(reservation));
  return { room, origins: withFirst(originsOf(url), origin) };
}

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
