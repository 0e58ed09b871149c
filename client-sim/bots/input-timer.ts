/**
 * One timer for any number of bots. A turn of the wheel is one input period; its riders are spread over the
 * slots, so that their inputs do not leave in one burst. Owns the timer; what a rider does is its business.
 */

/** 30 turns a second times 4 slots: a timer of 8.3 ms. */
const slots = 4;
/** A wheel that is this late skips turns instead of racing after them. */
const behindMsMax = 100;

export interface Rider {
  /** Once per turn. Must not throw. */
  step(): void;
}

export class InputTimer {
  readonly #slots: Set<Rider>[] = Array.from({ length: slots }, () => new Set());
  readonly #slotMs: number;
  #slot = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  /** Turns that were skipped because the process was busy. */
  skipped = 0;

  constructor(turnsPerSecond: number) {
    this.#slotMs = 1000 / (turnsPerSecond * slots);
  }

  add(rider: Rider): void {
    const emptiest = this.#slots.reduce((best, slot) => (slot.size < best.size ? slot : best));
    emptiest.add(rider);
    if (this.#timer) return;
    this.#dueMs = performance.now();
    this.#wait();
  }

  remove(rider: Rider): void {
    for (const slot of this.#slots) slot.delete(rider);
    if (this.#slots.some((slot) => slot.size > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#dueMs += this.#slotMs;
    const waitMs = this.#dueMs - performance.now();
    if (waitMs < -behindMsMax) {
      this.skipped += 1;
      this.#dueMs = performance.now();
    }
    this.#timer = setTimeout(() => this.#fireSlot(), Math.max(0, waitMs));
  }

  #fireSlot(): void {
    this.#wait();
    this.#slot = (this.#slot + 1) % slots;
    for (const rider of this.#slots[this.#slot]!) rider.step();
  }
}
