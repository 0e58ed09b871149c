/**
 * Who a client is, in Colyseus' terms. A session is checked where a seat is asked for; the seat's reservation then
 * carries who it is for to the room, and no client can say so themselves.
 */
import { type AuthContext, type Client, ErrorCode, ServerError } from "@colyseus/core";
import type { Seat } from "../../shared/game/game.ts";
import type { Joiner } from "../../shared/wire/api.ts";
import type { ErrorCode as Code } from "../../shared/wire/errors.ts";
import { RoomError } from "./room-error.ts";

type Identified = { ok: true; joiner: Joiner } | { ok: false; code: Code; detail: string };

/** @param token as the client showed it, if it did */
export type Identify = (token: string | undefined) => Promise<Identified>;

export interface RoomAuth extends Joiner {
  /** Of this reservation; Colyseus takes it from here. */
  readonly sessionId?: string;
  /** The user a queue booked it for. */
  readonly seat?: Seat;
}

/** For a room class' static `onAuth`: the client's token is that of `client.auth.token`. */
export function sessionAuth(identify: Identify) {
  return async (token: string, _options: unknown, _context: AuthContext): Promise<RoomAuth> => {
    const identified = await identify(token || undefined);
    if (identified.ok) return identified.joiner;
    throw new ServerError(ErrorCode.AUTH_FAILED, `${identified.code}: ${identified.detail}`);
  };
}

/** @throws RoomError `session/missing` when nobody checked who it is */
export function playerOf({ auth }: Client): RoomAuth {
  if (typeof auth?.userId !== "string") throw new RoomError("session/missing");
  return auth as RoomAuth;
}
