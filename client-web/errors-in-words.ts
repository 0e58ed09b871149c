/** Errors in words for a player: no codes, and what to do. The texts are those of the catalogue (shared/wire/errors.ts). */
import { ApiError } from "../shared/client/api.ts";
import { CommandError } from "../shared/client/command-outbox.ts";
import { JoinError } from "../shared/client/connection-state.ts";
import { codeIn, errorEntry } from "../shared/wire/errors.ts";
import { leftInWords } from "./left-in-words.ts";

export function inWords(error: unknown): string {
  if (error instanceof JoinError) return leftInWords(error) || codeInWords("match/over");
  if (error instanceof CommandError) return codeInWords(error.code, error.message);
  // A room can put its code only into the message.
  if (!(error instanceof ApiError)) return messageInWords((error as Error).message);
  if (error.retryAfterMs !== undefined && error.code === "rate/limited")
    return `You ask too often. Try again in ${Math.max(1, Math.ceil(error.retryAfterMs / 1000))} s.`;
  return codeInWords(error.code, error.message);
}

/** @param otherwise the text for a code without one in the catalogue */
export function codeInWords(code: string, otherwise: string = code): string {
  return errorEntry(code)?.player ?? otherwise;
}

function messageInWords(message: string): string {
  const code = codeIn(message);
  return code === undefined ? message : codeInWords(code, message);
}
