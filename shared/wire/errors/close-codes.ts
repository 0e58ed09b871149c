/**
 * The codes with which connections to a match are closed: one table for rooms, clients and pages. Most are those of the
 * WebSocket protocol or of Colyseus; the SDK decides by them whether it reconnects.
 */
import { matchErrors } from "./match.ts";

interface Close {
  readonly code: number;
  /** Whether the client reconnects by itself. */
  readonly comesBack: boolean;
  readonly means: string;
  /** What a player is told who cannot return; empty after a normal end, which needs no message. */
  readonly player: string;
}

const lost = "The connection to the match was lost.";

export const closes = {
  abnormal: { code: 1006, comesBack: true, means: "The connection broke.", player: lost },
  policy: { code: 1008, comesBack: false, means: "The client broke the protocol.", player: lost },
  consented: { code: 4000, comesBack: false, means: "The match ended, or was left.", player: "" },
  withError: {
    ...{ code: 4002, comesBack: false, means: "The room, or this connection to it, failed." },
    player: matchErrors["match/failed"].player,
  },
  failedToReconnect: {
    ...{ code: 4003, comesBack: false, means: "The token leads to no seat, or no reconnect succeeded." },
    player: "The connection was lost and could not be restored. Your place may be gone by now.",
  },
  mayTryReconnect: {
    ...{ code: 4010, comesBack: true, means: "The match goes on elsewhere, or here in a moment." },
    player: lost,
  },
  putOut: {
    ...{ code: 4403, comesBack: false, means: "A ban or a sign-out; the reason is its error code." },
    player: "You were signed out, or banned, while you played.",
  },
  takenOver: {
    ...{ code: 4409, comesBack: false, means: "A newer connection of the same player has the seat." },
    player: matchErrors["seat/taken-over"].player,
  },
} as const satisfies Readonly<Record<string, Close>>;

export type CloseName = keyof typeof closes;

export const closeCodes = Object.fromEntries(
  Object.entries(closes).map(([name, { code }]) => [name, code]),
) as { readonly [Name in CloseName]: (typeof closes)[Name]["code"] };
