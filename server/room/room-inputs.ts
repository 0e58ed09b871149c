/**
 * The inputs of a room's clients as its match takes them, out of Colyseus' bounded buffers. What a buffer pushed out
 * because it was full is counted; Colyseus acknowledges it as applied. Inputs whose client does not go on with the
 * numbers of its seat get the seat's next ones; the match drops what is not above the last.
 */
import type { InputAPI } from "@colyseus/core";
import type { NumericInput } from "../../shared/game/game.ts";

/** Inputs that may wait for their tick, per client; the oldest go first beyond it. */
export const inputsBufferedMax = 16;
/** So many in a row that the match drops for their number are no accident: their client is told, once. */
const staleMax = 30;

export interface RoomInputParts {
  /** Its buffers keep plain copies, see input-schema.ts. */
  readonly api: InputAPI<NumericInput>;
  /** The largest `seq` of the game. */
  readonly seqMax: number;
  /** Of the seat's inputs so far. */
  readonly lastSeq: (sessionId: string) => number;
  readonly onOverflow: (inputs: number) => void;
  /** Everything that the client sends is dropped for its `seq`. */
  readonly onStale: (sessionId: string) => void;
}

/** One connection's; its next one starts anew. */
interface Taken {
  /** Inputs that Colyseus had handed out or pushed out. */
  consumed: number;
  /** `seq` of the seat before this connection's first input. */
  readonly before: number;
  last: number;
  staleInARow: number;
}

export class RoomInputs {
  readonly #parts: RoomInputParts;
  /** By Colyseus' accessor, of which each connection has one. */
  readonly #taken = new WeakMap<object, Taken>();

  constructor(parts: RoomInputParts) {
    this.#parts = parts;
  }

  /** At most `max` waiting inputs of a session, oldest first. */
  take(sessionId: string, max: number): readonly NumericInput[] {
    const buffer = this.#parts.api.get(sessionId);
    if (buffer.size === 0) return [];
    const taken = this.#takenOf(sessionId, buffer);
    const inputs = buffer.take(max);
    const pushedOut = buffer.consumedCount - taken.consumed - inputs.length;
    if (pushedOut > 0) this.#parts.onOverflow(pushedOut);
    taken.consumed = buffer.consumedCount;
    for (const input of inputs) this.#number(input, taken);
    if (taken.staleInARow >= staleMax) {
      taken.staleInARow = Number.NEGATIVE_INFINITY;
      this.#parts.onStale(sessionId);
    }
    return inputs;
  }

  #takenOf(sessionId: string, buffer: object): Taken {
    let taken = this.#taken.get(buffer);
    if (taken === undefined) {
      const before = this.#parts.lastSeq(sessionId);
      taken = { consumed: 0, before, last: before, staleInARow: 0 };
      this.#taken.set(buffer, taken);
    }
    return taken;
  }

  #number(input: NumericInput, taken: Taken): void {
    // Counted on its connection alone. The journal has room for no number above the largest.
    if (input.seq < 0) input.seq = Math.min(taken.before - input.seq, this.#parts.seqMax);
    if (input.seq > taken.last) {
      taken.last = input.seq;
      taken.staleInARow = 0;
    } else taken.staleInARow += 1;
  }
}
