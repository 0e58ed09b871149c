/**
 * Notices a server that is alive and does nothing: stopped, or in an endless loop. A working one says how it
 * is every second; after a long silence it is killed, and then what follows is what follows any death.
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

  /** `child` is ready or said something: from now on it has its time again. */
  heard(child: Watched): void {
    this.stop();
    this.#timer = setTimeout(() => this.#hangs(child), this.#silentMsMax);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#verdict);
  }

  /** When it was we who stood still, what the child said meanwhile is read before the verdict. */
  #hangs(child: Watched): void {
    this.#verdict = setImmediate(() => {
      this.#onHang(child);
      child.kill("SIGKILL");
    });
  }
}
