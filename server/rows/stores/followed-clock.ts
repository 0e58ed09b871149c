/**
 * The clock of another machine, as this process knows it: its own monotonic clock plus the offset of the other. Every
 * look at the other clock bounds that offset by the duration of the look. An offset within the bounds is kept; one
 * outside is corrected, whether the cause is drift or a step. Between two looks nothing is asked.
 */
import type { SteadyClock } from "../../../shared/clock.ts";

export interface FollowedClockOptions {
  /** Monotonic, of this process. */
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

  /** @param ask reads the other clock, in ms; when it rejects, nothing is changed */
  async look(ask: () => Promise<number>): Promise<void> {
    const askedAtMs = this.#steadyMs();
    const theirMs = await ask();
    const heardAtMs = this.#steadyMs();
    const [least, most] = [theirMs - heardAtMs, theirMs - askedAtMs];
    const known = this.#offsetMs;
    if (known === undefined || known < least || known > most) this.#offsetMs = (least + most) / 2;
  }
}
