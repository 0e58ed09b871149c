/**
 * Checks what one connection sends: every message for its shape, their rate, and how many arrive before the client
 * has acknowledged the join. The first message that breaks a rule, and everything after it, is dropped. It decides
 * and reports; its owner closes the connection.
 */

import { CloseCode, Protocol } from "@colyseus/core";
import type { SteadyClock } from "../../shared/clock.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import type { ClientFrameFault, Guard } from "./frame-guard.ts";
import { closeAndComeBack } from "./gated-socket.ts";

/** 30 of them are inputs. */
export const messagesPerSecondMax = 200;
/**
 * Messages and requests before the join is acknowledged; their answers wait until then. The SDK queues ten while it
 * reconnects, so a client that sends more than this is not a player who is joining.
 */
const earlyMessagesMax = 64;
const windowMs = 1000;

/** `rate`: too many; `early`: too many before the join is acknowledged; `unjoined`: it was not, for too long. */
export type WatchFault = ClientFrameFault | "rate" | "early" | "unjoined" | "handler";

/** How the connection is closed. A client that breaks the protocol would do so again; the others may reconnect. */
export const closeOf: Readonly<Record<WatchFault, { readonly code: number; readonly reason: string }>> = {
  text: { code: closeCodes.policy, reason: "text messages are not accepted" },
  kind: { code: closeCodes.policy, reason: "messages of this kind are not accepted" },
  shape: { code: closeCodes.policy, reason: "a message has a wrong shape" },
  rate: { code: closeAndComeBack, reason: "too many messages" },
  early: { code: closeAndComeBack, reason: "too many messages before the join was acknowledged" },
  unjoined: { code: closeAndComeBack, reason: "the join was not acknowledged in time" },
  handler: { code: CloseCode.WITH_ERROR, reason: "the server failed" },
};

export interface FrameWatchParts {
  readonly guard: Guard;
  readonly nowMs: SteadyClock;
  /** The client has acknowledged the join. */
  readonly onJoined: () => void;
  /** Called at most once. */
  readonly onFault: (fault: WatchFault, error?: unknown) => void;
}

export class FrameWatch {
  readonly #parts: FrameWatchParts;
  #windowEndsMs = Number.NEGATIVE_INFINITY;
  #inWindow = 0;
  #early = 0;
  #acknowledged = false;
  #ended = false;

  constructor(parts: FrameWatchParts) {
    this.#parts = parts;
  }

  /** @returns whether the message is passed on */
  admits(frame: Uint8Array, binary: boolean): boolean {
    if (!this.admitsControl()) return false;
    const fault = this.#parts.guard.fault(frame, binary) ?? this.#earlyFault(frame[0]!);
    if (fault === undefined) return true;
    this.#end(fault);
    return false;
  }

  /** Pings and pongs of the WebSocket count as messages. */
  admitsControl(): boolean {
    if (this.#ended) return false;
    const nowMs = this.#parts.nowMs();
    if (nowMs >= this.#windowEndsMs) {
      this.#windowEndsMs = nowMs + windowMs;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    if (this.#inWindow <= messagesPerSecondMax) return true;
    this.#end("rate");
    return false;
  }

  /** Whether the client has acknowledged the join. */
  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  /** The time for acknowledging the join is over. */
  joinIsDue(): void {
    if (!this.#acknowledged) this.#end("unjoined");
  }

  /** Handling a message threw an error. */
  failed(error: unknown): void {
    this.#end("handler", error);
  }

  #earlyFault(kind: number): WatchFault | undefined {
    if (this.#acknowledged) return undefined;
    if (kind === Protocol.JOIN_ROOM) {
      this.#acknowledged = true;
      this.#parts.onJoined();
    }
    // Inputs wait in their own bounded buffer; each of the others has an answer that waits.
    else if (kind !== Protocol.ROOM_INPUT_RELIABLE) this.#early += 1;
    return this.#early > earlyMessagesMax ? "early" : undefined;
  }

  #end(fault: WatchFault, error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#parts.onFault(fault, error);
  }
}
