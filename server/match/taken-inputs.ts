/**
 * Which inputs reach a tick: of each connected seat at most as many as it has saved up, one for every tick and four at
 * once, and none whose number is not above the last one. Of more seats than a record can count, another one waits in each
 * tick. It knows no socket.
 */
import { inputsPerTickMax, type NumericInput, type Seat } from "../../shared/game/game.ts";
import { type SeatInputs, seatsWithInputsMax } from "./record.ts";
import type { SeatState } from "./state.ts";

/** Takes at most `max` waiting inputs of a session, oldest first. */
export type TakeInputs = (sessionId: string, max: number) => readonly NumericInput[];

export type InputDrop = "late" | "duplicate";

export class TakenInputs {
  readonly #onDrop: (reason: InputDrop) => void;
  /** Inputs that each seat may still send; one more per tick, at most `inputsPerTickMax`. */
  readonly #budget = new Map<string, number>();
  #mayBeMore = false;
  /** Who is asked first, where not all can be. */
  #first = 0;

  constructor(onDrop: (reason: InputDrop) => void) {
    this.#onDrop = onDrop;
  }

  /** Whether a seat brought all that it might into the last tick, so that more of it may wait. */
  get mayBeMore(): boolean {
    return this.#mayBeMore;
  }

  /** @param isLeaving whether the session gives its seat up with this tick */
  of(
    seats: readonly SeatState[],
    isLeaving: (sessionId: string) => boolean,
    take: TakeInputs,
  ): SeatInputs<NumericInput>[] {
    const taken: { seat: Seat; inputs: readonly NumericInput[] }[] = [];
    this.#mayBeMore = false;
    for (const { seat, sessionId, droppedAt, lastInputSeq } of this.#inTurn(seats)) {
      if (seat === "spectator" || droppedAt !== undefined || isLeaving(sessionId)) continue;
      const budget = Math.min((this.#budget.get(sessionId) ?? inputsPerTickMax - 1) + 1, inputsPerTickMax);
      if (taken.length === seatsWithInputsMax) {
        this.#mayBeMore = true;
        this.#budget.set(sessionId, budget);
        continue;
      }
      const given = take(sessionId, budget);
      this.#mayBeMore ||= given.length === budget;
      const inputs = this.#fresh(given, lastInputSeq);
      this.#budget.set(sessionId, budget - inputs.length);
      if (inputs.length > 0) taken.push({ seat, inputs });
    }
    return taken.sort((a, b) => a.seat - b.seat);
  }

  /** The seat was given up. */
  forget(sessionId: string): void {
    this.#budget.delete(sessionId);
  }

  #inTurn(seats: readonly SeatState[]): readonly SeatState[] {
    if (seats.length <= seatsWithInputsMax) return seats;
    this.#first = (this.#first + 1) % seats.length;
    return [...seats.slice(this.#first), ...seats.slice(0, this.#first)];
  }

  /** Drops inputs that are not above the last accepted number: they are repeated or late. */
  #fresh(inputs: readonly NumericInput[], lastInputSeq: number): readonly NumericInput[] {
    let last = lastInputSeq;
    if (inputs.length === 0) return inputs;
    return inputs.filter((input) => {
      if (input.seq <= last) {
        this.#onDrop(input.seq === last ? "duplicate" : "late");
        return false;
      }
      last = input.seq;
      return true;
    });
  }
}
