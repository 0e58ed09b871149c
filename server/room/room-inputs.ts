/**
 * Takes the inputs of a room's clients out of Colyseus' bounded buffers, in the form that the match takes. Inputs
 * that a full buffer dropped are counted, although Colyseus acknowledges them as applied. Inputs that do not continue
 * their seat's numbers get the next ones. The match drops inputs that are not above the last number. How many a tick takes of
 * those that wait, input-hold.ts decides; in a game by events nothing is held.
 */
import type { InputAPI } from "@colyseus/core";
import type { AnyGame, NumericInput } from "../../shared/game/game.ts";
import { InputHold, type InputsHeard } from "./input-hold.ts";

/** Inputs of one client that may wait for their tick; beyond it the oldest are dropped. */
const inputsBufferedMax = 16;
/** When the match drops this many in a row for their number, it is no accident: the client is told, once. */
const staleMax = 30;

/** What Colyseus is told about the inputs of a game. */
export const inputOptions = ({ tickRate }: AnyGame) => ({ bufferMaxSize: inputsBufferedMax, tickRate });

export interface RoomInputParts {
  /** Its buffers keep plain copies (input-line.ts). */
  readonly api: InputAPI<NumericInput>;
  /** Length of a tick; undefined: the game is by events. */
  readonly tickMs: number | undefined;
  readonly nowMs: () => number;
  /** The largest `seq` that the game allows. */
  readonly seqMax: number;
  /** The number of the seat's last input. */
  readonly lastSeq: (sessionId: string) => number;
  readonly onOverflow: (inputs: number) => void;
  /** All inputs of the client are dropped for their `seq`. */
  readonly onStale: (sessionId: string) => void;
}

/** State of one connection; a reconnect starts a new one. */
interface Taken {
  /** Inputs that Colyseus had handed out or pushed out. */
  consumed: number;
  /** `seq` of the seat before this connection's first input. */
  readonly before: number;
  last: number;
  staleInARow: number;
  readonly hold: InputHold | undefined;
}

export class RoomInputs {
  readonly #parts: RoomInputParts;
  /** By Colyseus' accessor; each connection has one. */
  readonly #taken = new WeakMap<object, Taken>();
  /** When a tick last took inputs. */
  tickedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: RoomInputParts) {
    this.#parts = parts;
  }

  /** An input of the session waits. */
  arrived(sessionId: string): void {
    if (this.#parts.tickMs === undefined) return;
    this.#takenOf(sessionId, this.#parts.api.get(sessionId)).hold?.arrived(this.#parts.nowMs());
  }

  /** What a client with inputs is told of them; undefined: nothing. */
  heard(sessionId: string): InputsHeard | undefined {
    return this.#taken.get(this.#parts.api.get(sessionId))?.hold?.heard();
  }

  /** For the next tick: at most `max` waiting inputs of a session, oldest first. */
  take(sessionId: string, max: number): readonly NumericInput[] {
    const buffer = this.#parts.api.get(sessionId);
    this.tickedAtMs = this.#parts.nowMs();
    const hold = this.#taken.get(buffer)?.hold;
    const due = hold === undefined ? max : hold.take(buffer.size, max, this.tickedAtMs);
    if (buffer.size === 0) return [];
    const taken = this.#takenOf(sessionId, buffer);
    const inputs = buffer.take(due);
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
      const { tickMs } = this.#parts;
      const hold = tickMs === undefined ? undefined : new InputHold(tickMs);
      taken = { consumed: 0, before, last: before, staleInARow: 0, hold };
      this.#taken.set(buffer, taken);
    }
    return taken;
  }

  #number(input: NumericInput, taken: Taken): void {
    // Counted on its connection alone. The journal cannot hold a number above the largest.
    if (input.seq < 0) input.seq = Math.min(taken.before - input.seq, this.#parts.seqMax);
    if (input.seq > taken.last) {
      taken.last = input.seq;
      taken.staleInARow = 0;
    } else taken.staleInARow += 1;
  }
}
