/**
 * How long this process itself could not run. A busy machine stalls the watching process like the server, and
 * such stalls must not be blamed on the server.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

export class OwnLag {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#delay.enable();
  }

  /** The longest stall since the last call, in ms. */
  takeMs(): number {
    const ms = this.#delay.max / 1e6;
    this.#delay.reset();
    return ms;
  }

  close(): void {
    this.#delay.disable();
  }
}
