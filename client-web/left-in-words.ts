/** Why a match is left, for a player: no codes, and no more than is known. */
import type { ConnectionState } from "../shared/client/follow-match.ts";
import { closeCodes } from "../shared/client/reconnect.ts";
import { putOutCode, takenOverCode } from "../shared/wire/room-messages.ts";

/** Colyseus': the room ended by an error. */
const withError = 4002;

/** Empty for a normal end. */
export function leftInWords({ code, reason }: Omit<ConnectionState & { kind: "left" }, "kind">): string {
  if (code === closeCodes.consented) return "";
  if (code === takenOverCode) return "You went on with this match in another window, or on another device.";
  if (code === putOutCode) return "You were signed out, or banned, while you played.";
  if (reason.includes("match/unknown")) return "That match is over: no server runs it any more.";
  if (reason.includes("seat/gone")) return "You were away for too long: your place was given up.";
  if (code === closeCodes.failedToReconnect)
    return "The connection was lost, and no way back was found. Your place may be gone by now.";
  if (code === withError) return "The match had to stop because of an error of the server.";
  return "The connection to the match was lost.";
}
