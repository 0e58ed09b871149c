/** What a simulated client and a simulated room say to each other. */
import type { CommandAnswer } from "../../shared/game/game.ts";

/** A state that a client was shown. */
export interface Seen {
  readonly match: string;
  readonly epoch: number;
  readonly tick: number;
  /** Hashes the View and every seat: who has it, its token, and what was acknowledged. */
  readonly hash: string;
}

/** As it came to the client. */
export interface Shown extends Seen {
  /** The match played on without its store: a crash can take it back. */
  readonly unprotected: boolean;
}

export type ToServer =
  | { readonly kind: "hello"; readonly match: string; readonly user: string; readonly token?: string }
  | { readonly kind: "input"; readonly seq: number; readonly amount: number }
  | { readonly kind: "command"; readonly id: number; readonly text: string }
  | { readonly kind: "leave" }
  /** Makes a rule of the game throw. */
  | { readonly kind: "poison" };

export type ToClient =
  | {
      readonly kind: "welcome";
      readonly seen: Seen;
      readonly sessionId: string;
      readonly token: string;
      readonly lastInputSeq: number;
      readonly lastCommandId: number;
    }
  | { readonly kind: "state"; readonly seen: Seen }
  | { readonly kind: "answer"; readonly id: number; readonly answer: CommandAnswer }
  | { readonly kind: "over" };

/** Why a connection ended: come-back for whatever may be tried again; no-seat when the token has none. */
export type CloseReason = "come-back" | "not-here" | "full" | "no-seat" | "over" | "left" | "failed";
