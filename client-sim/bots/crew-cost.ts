/**
 * What the bots of a process cost it: processor time, inputs that were late, and how late its own event loop was, once a
 * second. It is the same whatever the bots are.
 */
import { OwnLag } from "../watched/own-lag.ts";
import type { InputTimer } from "./input-timer.ts";
import type { OwnFigures } from "./report.ts";

const lagEveryMs = 1000;
/** The last hours of it. */
const lagsMax = 20_000;

export class CrewCost {
  readonly #timer: InputTimer;
  readonly #lag = new OwnLag();
  readonly #lagsMs: number[] = [];
  readonly #watch: NodeJS.Timeout;
  readonly #cpuBefore = process.cpuUsage();

  constructor(timer: InputTimer) {
    this.#timer = timer;
    this.#watch = setInterval(() => this.#noteLag(), lagEveryMs);
    this.#watch.unref();
  }

  /** Stops measuring. @returns what it was so far */
  end(): Omit<OwnFigures, "notConnected"> {
    clearInterval(this.#watch);
    this.#noteLag();
    this.#lag.close();
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    const { late, skipped } = this.#timer;
    return {
      ...{ processes: 1, inputsLate: late, inputsSkipped: skipped },
      ...{ cpuSeconds: (user + system) / 1e6, ownLagsMs: this.#lagsMs },
    };
  }

  #noteLag(): void {
    this.#lagsMs.push(this.#lag.takeMs());
    if (this.#lagsMs.length > lagsMax) this.#lagsMs.shift();
  }
}
