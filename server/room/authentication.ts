/**
 * The identity of a client, in Colyseus' terms. A session is checked when its user asks for a seat. The reservation
 * then carries the identity to the room, so no client can claim another one.
 */
import { type AuthContext, type Client, ErrorCode, ServerError } from "@colyseus/core";
import type { Seat } from "../../shared/game/game.ts";
import type { Joiner } from "../../shared/wire/api.ts";
import type { ErrorCode as Code } from "../../shared/wire/errors.ts";
import { RoomError } from "./room-error.ts";

type Identified = { ok: true; joiner: Joiner } | { ok: false; code: Code; detail: string };

/** @param token the one that the client sent, if any */
export type Identify = (token: string | undefined) => Promise<Identified>;

export interface RoomAuth extends Joiner {
  /** The id of this reservation. Colyseus reads it from here. */
  readonly sessionId?: string;
  /** The user for whom a queue booked it. */
  readonly seat?: Seat;
}

/** The static `onAuth` of a room class. The client's token is `client.auth.token`. */
export function sessionAuth(identify: Identify) {
  return async (token: string, _options: unknown, _context: AuthContext): Promise<RoomAuth> => {
    const identified = await identify(token || undefined);
    if (identified.ok) return identified.joiner;
    throw new ServerError(ErrorCode.AUTH_FAILED, `${identified.code}: ${identified.detail}`);
  };
}

/** What a room is told of them, and may keep. */
export function withoutAddress({ address: _, ...known }: Joiner): Joiner {
  return known;
}

/** What goes into the record of their join. */
export function vouchedFor({ session, profile }: RoomAuth) {
  return { ...(session !== undefined && { session }), ...(profile !== undefined && { profile }) };
}

/** @throws RoomError `session/missing` when the client was never identified */
export function playerOf({ auth }: Client): RoomAuth {
  if (typeof auth?.userId !== "string") throw new RoomError("session/missing");
  return auth as RoomAuth;
}
