/**
 * Detects a server that is alive and does nothing: stopped, or in an endless loop. A working one reports every
 * second; after a long silence it is killed, and what follows is the same as for any death.
 */
import type { Child } from "./child.ts";

type Watched = Pick<Child<string>, "pid" | "kill">;

export const silentMsMaxDefault = 10_000;

export class HangWatch {
  readonly #silentMsMax: number;
  readonly #onHang: (child: Watched) => void;
  #timer: NodeJS.Timeout | undefined;
  #verdict: NodeJS.Immediate | undefined;

  constructor(silentMsMax: number, onHang: (child: Watched) => void) {
    this.#silentMsMax = silentMsMax;
    this.#onHang = onHang;
  }

  /** `child` is ready or sent something: its time starts again. */
  heard(child: Watched): void {
    this.stop();
    this.#timer = setTimeout(() => this.#hangs(child), this.#silentMsMax);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#verdict);
  }

  /** When this process itself stood still, the child's messages of that time are read before the verdict. */
  #hangs(child: Watched): void {
    this.#verdict = setImmediate(() => {
      this.#onHang(child);
      child.kill("SIGKILL");
    });
  }
}
