/**
 * What the answer to a ping says in a match with inputs: when it is there, and how this client's inputs come. It reads; the
 * gate's way past for pongs is gated-socket.ts.
 */
import { pongOf } from "../../shared/wire/pong.ts";
import type { Match } from "../match/match.ts";
import { isByEvents, matchTimeMs } from "../match/match-time.ts";
import type { RoomInputs } from "./room-inputs.ts";
import type { WatchedSocket } from "./watched-socket.ts";

export interface PongParts {
  readonly match: () => Match;
  /** Undefined: the game has no inputs. */
  readonly inputs: () => RoomInputs | undefined;
  readonly nowMs: () => number;
}

/** @returns undefined when there is nothing to tell on this connection */
export function pongTold(parts: PongParts, socket: object): Uint8Array | undefined {
  const { inputs, match, nowMs } = parts;
  const sessionId = (socket as WatchedSocket).inputs?.sessionId;
  const heard = sessionId === undefined ? undefined : inputs()?.heard(sessionId);
  if (heard === undefined) return undefined;
  const { game, state } = match();
  const sinceTickMs = isByEvents(game) ? 0 : nowMs() - inputs()!.tickedAtMs;
  const withinTickMs = Math.max(0, Math.min(sinceTickMs, 1000 / game.tickRate));
  return pongOf({ serverMs: matchTimeMs(game, state) + withinTickMs, ...heard });
}
