/** Where a connection to a match stands, in order of life, and the error of one that never led into it. */
import type { Outcome } from "../game/game.ts";

/** The states in order of life; `reconnecting` goes back to `playing`. */
export type ConnectionState =
  /** There is no welcome yet. */
  | { readonly kind: "joining" }
  | { readonly kind: "playing" }
  /** The connection broke; the seat is held and the SDK tries to come back. */
  | { readonly kind: "reconnecting"; readonly sinceMs: number }
  /** The match ended by its rules; the room stays open for the result. */
  | { readonly kind: "over"; readonly outcome: Outcome | undefined }
  /** Final. `code` is the close code: 4000 is the normal end. */
  | { readonly kind: "left"; readonly code: number; readonly reason: string };

/** The connection ended before the player was in the match. `code` and `reason` come from the close. */
export class JoinError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string) {
    super(`The match was not joined: closed with code ${code}, ${reason}`);
    this.name = "JoinError";
    this.code = code;
    this.reason = reason;
  }
}
