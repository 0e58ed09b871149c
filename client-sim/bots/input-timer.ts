/**
 * One timer for any number of bots. One period is one input; the sources are spread over slots, so that their inputs
 * do not leave in one burst. Owns the timer; it does not know what a source sends.
 */

/** 30 periods a second times 4 slots: a timer of 8.3 ms. */
const slots = 4;
/** A timer that is this late skips periods instead of catching up. */
const behindMsMax = 100;

export interface InputSource {
  /** Called once per period. It must not throw. */
  step(): void;
}

export class InputTimer {
  readonly #slots: Set<InputSource>[] = Array.from({ length: slots }, () => new Set());
  readonly #slotMs: number;
  #slot = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  /** Calls of `step` that came more than half a period too late, and those that never came: the process was busy. */
  late = 0;
  skipped = 0;

  constructor(periodsPerSecond: number) {
    this.#slotMs = 1000 / (periodsPerSecond * slots);
  }

  add(source: InputSource): void {
    const emptiest = this.#slots.reduce((best, slot) => (slot.size < best.size ? slot : best));
    emptiest.add(source);
    if (this.#timer) return;
    this.#dueMs = performance.now();
    this.#wait();
  }

  remove(source: InputSource): void {
    for (const slot of this.#slots) slot.delete(source);
    if (this.#slots.some((slot) => slot.size > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#dueMs += this.#slotMs;
    const waitMs = this.#dueMs - performance.now();
    if (waitMs < -behindMsMax) {
      const sources = this.#slots.reduce((sum, slot) => sum + slot.size, 0);
      this.skipped += Math.round((-waitMs / this.#slotMs) * (sources / slots));
      this.#dueMs = performance.now();
    }
    this.#timer = setTimeout(() => this.#fireSlot(), Math.max(0, waitMs));
  }

  #fireSlot(): void {
    const isLate = performance.now() - this.#dueMs > (slots / 2) * this.#slotMs;
    this.#wait();
    this.#slot = (this.#slot + 1) % slots;
    const due = this.#slots[this.#slot]!;
    if (isLate) this.late += due.size;
    for (const source of due) source.step();
  }
}
