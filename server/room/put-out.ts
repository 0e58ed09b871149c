/**
 * Removes those from a room to whom a ban or a sign-out applies: their seats and spectators' places with the next
 * tick, their sockets at once and for good. The accounts decide to whom it applies; the match decides what a given-up
 * seat means.
 */
import { getMessageBytes, Protocol } from "@colyseus/core";
import type { Bearer } from "../../shared/wire/api.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import { errorCodes } from "../../shared/wire/errors.ts";
import type { Notice } from "../../shared/wire/room-messages.ts";
import type { Match } from "../match/match.ts";
import type { OutSocket } from "./gated-socket.ts";
import { RoomError } from "./room-error.ts";

/** Why a user may not be here; undefined when they may. */
export type BarredCheck = (who: Bearer) => "session/banned" | "session/revoked" | undefined;

/** @param socketOf gives the socket of a session; undefined when it is not connected */
export function putOut(
  match: Pick<Match, "state" | "leave">,
  barred: BarredCheck,
  socketOf: (sessionId: string) => OutSocket | undefined,
): void {
  for (const seat of match.state.seats) {
    const why = barred(seat);
    if (why === undefined) continue;
    match.leave(seat.sessionId);
    const socket = socketOf(seat.sessionId);
    if (socket === undefined) continue;
    // Bypasses the gate: a removed client must not get what waits there.
    const notice: Notice = {
      kind: "put-out",
      code: why,
      text: errorCodes[why].player ?? errorCodes[why].advice,
    };
    socket.send(getMessageBytes.raw(Protocol.ROOM_DATA, "notice", notice), { binary: true });
    socket.close(closeCodes.putOut, why);
  }
}

/** For a client that joins or reconnects. @throws RoomError */
export function assertNotBarred(barred: BarredCheck, who: Bearer): void {
  const why = barred(who);
  if (why !== undefined) throw new RoomError(why);
}
