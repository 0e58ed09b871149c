/**
 * The clock of another machine, as this process knows it: its monotonic clock and how far the other one is from it.
 * Every look at the other one bounds that distance by the time the look took; what lies within the bounds is kept,
 * what does not is corrected, be it drift or a step. Between two looks nothing is asked.
 */
import type { SteadyClock } from "../../../shared/clock.ts";

export interface FollowedClockOptions {
  /** Of this process; never steps. */
  readonly steadyMs: SteadyClock;
}

export class FollowedClock {
  readonly #steadyMs: SteadyClock;
  #offsetMs: number | undefined;

  constructor({ steadyMs }: FollowedClockOptions) {
    this.#steadyMs = steadyMs;
  }

  /** Unix ms of the other machine, whole. Only after a first look. */
  readonly nowMs = (): number => Math.floor(this.#steadyMs() + (this.#offsetMs ?? 0));

  /** @param ask what the other clock says, in ms; rejects as it likes, and nothing is changed then */
  async look(ask: () => Promise<number>): Promise<void> {
    const askedAtMs = this.#steadyMs();
    const theirMs = await ask();
    const heardAtMs = this.#steadyMs();
    const [least, most] = [theirMs - heardAtMs, theirMs - askedAtMs];
    const known = this.#offsetMs;
    if (known === undefined || known < least || known > most) this.#offsetMs = (least + most) / 2;
  }
}
