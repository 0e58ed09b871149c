/**
 * How many handlers of a process run at a time, over all its matches. A match that finds no place waits in a line and is
 * called when one is free; each match waits once, so the line is no longer than there are matches.
 */

interface InLine {
  /** A place may be free. */
  placeFree(): void;
}

export class CallPlaces {
  readonly #max: number;
  #taken = 0;
  readonly #line = new Set<InLine>();

  constructor(max: number) {
    this.#max = max;
  }

  get taken(): number {
    return this.#taken;
  }

  /** @returns false when there is none; `waiting` is then called once */
  take(waiting: InLine): boolean {
    if (this.#taken >= this.#max) {
      this.#line.add(waiting);
      return false;
    }
    this.#taken += 1;
    return true;
  }

  free(): void {
    this.#taken -= 1;
    // The one that is called may have nothing to do any more, and the next one must not wait for that.
    for (const next of [...this.#line]) {
      if (this.#taken >= this.#max) return;
      this.#line.delete(next);
      next.placeFree();
    }
  }

  leave(waiting: InLine): void {
    this.#line.delete(waiting);
  }
}
