/**
 * How long this process itself was kept from running: what a busy machine does to a server, it does to its watcher
 * too, and a watcher that does not look at itself blames the server.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

export class OwnLag {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#delay.enable();
  }

  /** Longest since the last call, in ms. */
  takeMs(): number {
    const ms = this.#delay.max / 1e6;
    this.#delay.reset();
    return ms;
  }

  close(): void {
    this.#delay.disable();
  }
}
