/**
 * The inputs of a room's clients as its match takes them, out of Colyseus' bounded buffers. What a
 * buffer pushed out because it was full is counted; Colyseus acknowledges it as applied.
 */
import type { InputAPI } from "@colyseus/core";
import type { NumericInput } from "../../shared/game.ts";

/** Inputs that may wait for their tick, per client; the oldest go first beyond it. */
export const inputsBufferedMax = 16;

export class RoomInputs {
  readonly #api: InputAPI<NumericInput>;
  readonly #onOverflow: (inputs: number) => void;
  /** How many of each client's inputs Colyseus had handed out or pushed out. */
  readonly #consumed = new Map<string, number>();

  /** @param api whose buffers keep plain copies, see input-schema.ts */
  constructor(api: InputAPI<NumericInput>, onOverflow: (inputs: number) => void) {
    this.#api = api;
    this.#onOverflow = onOverflow;
  }

  /** At most `max` waiting inputs of a session, oldest first. */
  take(sessionId: string, max: number): readonly NumericInput[] {
    const buffer = this.#api.get(sessionId);
    const before = this.#consumed.get(sessionId) ?? 0;
    const taken = buffer.take(max);
    const pushedOut = buffer.consumedCount - before - taken.length;
    if (pushedOut > 0) this.#onOverflow(pushedOut);
    this.#consumed.set(sessionId, buffer.consumedCount);
    return taken;
  }

  /** A new connection, whose buffer counts from zero, or none any more. */
  restart(sessionId: string): void {
    this.#consumed.delete(sessionId);
  }
}
