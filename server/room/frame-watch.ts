/**
 * Watches what one connection sends: every message in its shape, not more of them in a second than a client may
 * send, few before it has acknowledged the join. The first that breaks a rule is the last that goes on. It decides
 * and reports; closing is the owner's.
 */

import { CloseCode, Protocol } from "@colyseus/core";
import type { SteadyClock } from "../../shared/clock.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import type { ClientFrameFault, FrameGuard } from "./frame-guard.ts";
import { closeAndComeBack } from "./gated-socket.ts";

/** Inputs are 30 of them. */
export const messagesPerSecondMax = 200;
/**
 * Messages and requests before the join is acknowledged; their answers wait until then. The SDK keeps ten while it
 * comes back, and whoever sends more than these is not a player who just comes in.
 */
const earlyMessagesMax = 64;
const windowMs = 1000;

/** `rate`: too many; `early`: too many before the join is acknowledged; `unjoined`: it was not, for too long. */
export type WatchFault = ClientFrameFault | "rate" | "early" | "unjoined" | "handler";

/** With what the connection is closed. Who breaks the protocol would do it again; the others may come back. */
export const closeOf: Readonly<Record<WatchFault, { readonly code: number; readonly reason: string }>> = {
  text: { code: closeCodes.policy, reason: "text messages are not taken" },
  kind: { code: closeCodes.policy, reason: "messages of this kind are not taken" },
  shape: { code: closeCodes.policy, reason: "a message is not in its shape" },
  rate: { code: closeAndComeBack, reason: "too many messages" },
  early: { code: closeAndComeBack, reason: "too many messages before the join was acknowledged" },
  unjoined: { code: closeAndComeBack, reason: "the join was not acknowledged in time" },
  handler: { code: CloseCode.WITH_ERROR, reason: "the server failed" },
};

export interface FrameWatchParts {
  readonly guard: FrameGuard;
  readonly nowMs: SteadyClock;
  /** The join is acknowledged. */
  readonly onJoined: () => void;
  /** At most once. */
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

  /** @returns whether the message goes on */
  admits(frame: Uint8Array, binary: boolean): boolean {
    if (!this.admitsControl()) return false;
    const fault = this.#parts.guard.fault(frame, binary) ?? this.#earlyFault(frame[0]!);
    if (fault === undefined) return true;
    this.#end(fault);
    return false;
  }

  /** Pings and pongs of the WebSocket count like messages. */
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

  /** Whoever should have acknowledged the join by now. */
  joinIsDue(): void {
    if (!this.#acknowledged) this.#end("unjoined");
  }

  /** What was done with a message threw. */
  failed(error: unknown): void {
    this.#end("handler", error);
  }

  #earlyFault(kind: number): WatchFault | undefined {
    if (this.#acknowledged) return undefined;
    if (kind === Protocol.JOIN_ROOM) {
      this.#acknowledged = true;
      this.#parts.onJoined();
    }
    // Inputs wait in a buffer of their own, which is bounded; an answer waits for each of the others.
    else if (kind !== Protocol.ROOM_INPUT_RELIABLE) this.#early += 1;
    return this.#early > earlyMessagesMax ? "early" : undefined;
  }

  #end(fault: WatchFault, error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#parts.onFault(fault, error);
  }
}
