/**
 * Notices a server that is alive and does nothing: stopped, or in an endless loop. A working one says how it
 * is every second; after a long silence it is killed, and then what follows is what follows any death.
 */
import type { Child } from "./child.ts";

export const silentMsMaxDefault = 10_000;

export class HangWatch {
  readonly #silentMsMax: number;
  readonly #onHang: (child: Child) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(silentMsMax: number, onHang: (child: Child) => void) {
    this.#silentMsMax = silentMsMax;
    this.#onHang = onHang;
  }

  /** `child` is ready or said something: from now on it has its time again. */
  heard(child: Child): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#onHang(child);
      child.kill("SIGKILL");
    }, this.#silentMsMax);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
