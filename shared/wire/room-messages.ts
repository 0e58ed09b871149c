/** Shapes of the messages between a room and its clients, beside state, patches and inputs. */
import { z } from "zod";
import type { Outcome, Plain } from "../game/game.ts";
import { givenNameOrEmpty } from "./given-name.ts";

/** Options of a join, through the API or through Colyseus' own matchmaking. */
export const joinOptions = z.object({
  /** Default: the name in the session. */
  name: givenNameOrEmpty.optional(),
  spectate: z.boolean().default(false),
  options: z.unknown().optional(),
});

export type JoinOptions = z.infer<typeof joinOptions>;

/** A command. `id` is a whole number that grows over the life of the seat; a repeated one is applied once. */
export const commandEnvelope = z.object({
  id: z.int().min(0).max(0xffff_ffff).default(0),
  name: z.string().max(32),
  payload: z.unknown().optional(),
});

/**
 * The message "event": something that the game told this seat. It comes after the patch that shows its tick. Who comes back is
 * sent the last ones again.
 */
export interface GameEvent {
  /** Grows by one with each event of the seat; a hole is one that was missed. */
  readonly id: number;
  readonly tick: number;
  readonly name: string;
  readonly payload: Plain;
}

/** Sent right after joining and after every reconnect. */
export interface Welcome {
  readonly matchId: string;
  readonly game: string;
  readonly seat: number | "spectator";
  readonly name: string;
  /** Ticks and patches per second. */
  readonly tickRate: number;
  readonly patchRate: number;
  readonly epoch: number;
  readonly tick: number;
  /** How long, in the match's time, a seat is held after its connection broke. */
  readonly seatGraceMs: number;
  readonly lastCommandId: number;
  readonly lastInputSeq: number;
  /** The seat's last event. A client that knows a higher one saw events that a crash took back, which only an unprotected match can. */
  readonly lastEventId: number;
  /** For a spectator of a game that shows them everything so much later: the first state takes as long. Missing: at once. */
  readonly delayMs?: number;
}

/** A message to players beside the View. It reflects no tick, so it does not wait at the gate. */
export type Notice =
  | {
      readonly kind: "frozen" | "resumed" | "unprotected" | "protected" | "closing";
      readonly text: string;
    }
  /** `waitsAgain`: the player's ticket is in the queue again, with its waiting time. */
  | { readonly kind: "called-off"; readonly text: string; readonly waitsAgain: boolean }
  | { readonly kind: "match-stopped"; readonly text: string; readonly code: string }
  /** The last message to a player who may no longer be in the match. */
  | { readonly kind: "put-out"; readonly text: string; readonly code: string }
  | { readonly kind: "over"; readonly text: string; readonly outcome: Outcome };
