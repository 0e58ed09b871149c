/** What went wrong, for a player: no codes, and what to do about it. Codes without a line here keep the server's words. */
import { ApiError } from "../shared/client/api.ts";
import { JoinError } from "../shared/client/follow-match.ts";
import type { ErrorCode } from "../shared/wire/errors.ts";
import { leftInWords } from "./left-in-words.ts";

const words: Partial<Record<ErrorCode, string>> = {
  "api/unreachable": "The server does not answer. Try again in a moment.",
  "store/unavailable": "The server cannot reach its store right now. Try again in a moment.",
  "fleet/no-room": "Every server is full or starting. Try again in a moment.",
  "match/booked": "The seats of this match are given out by its queue. You can watch it.",
  "match/unknown": "That match is over.",
  "match/over": "That match is over.",
  "seat/full": "Every seat of that match is taken. You can watch it.",
  "queue/unknown": "This queue is not there any more.",
  "queue/full": "Too many are waiting in this queue. Try again in a moment.",
  "ticket/unknown": "This search has ended.",
  "ticket/already-waiting": "Somebody of your party waits already, with another search.",
  "ticket/in-match": "You are in a match of a queue. Go back to it, or leave it first.",
  "match/called-off": "Others did not come, so that match did not count.",
  "party/unknown": "You are not in this party any more.",
  "party/wrong-invite": "Nobody invites with this code. Is it complete?",
  "party/full": "This party is full.",
  "party/queued": "This party is looking for a match right now. Ask them to cancel first.",
  "party/changed": "Somebody joined or left the party. Look at it again.",
  "party/not-leader": "Only who leads the party starts the search.",
  "party/not-ready": "Not everybody in the party is ready.",
  "session/banned": "You are banned from this server.",
};

export function inWords(error: unknown): string {
  if (error instanceof JoinError) return leftInWords(error) || "That match is over.";
  if (!(error instanceof ApiError)) return (error as Error).message;
  if (error.code === "rate/limited") return `You ask too often. Try again ${waitWords(error.retryAfterMs)}.`;
  return words[error.code as ErrorCode] ?? error.message;
}

function waitWords(ms: number | undefined): string {
  const seconds = Math.max(1, Math.ceil((ms ?? 0) / 1000));
  return ms === undefined ? "in a moment" : `in ${seconds} s`;
}
