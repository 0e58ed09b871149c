/** What a run found to be wrong, in words, under the promise of SPEC.md that it breaks. */

export type Promised = "P2" | "P3" | "P4" | "P5" | "P6" | "P7";

export interface Finding {
  readonly promise: Promised;
  readonly atMs: number;
  readonly text: string;
}

/** One cause shows many times; more of a kind than this say nothing new. */
const keptPerPromise = 5;

export class Findings {
  readonly #nowMs: () => number;
  readonly #onFirst: () => void;
  readonly #kept: Finding[] = [];
  #count = 0;

  constructor(parts: { nowMs: () => number; onFirst: () => void }) {
    this.#nowMs = parts.nowMs;
    this.#onFirst = parts.onFirst;
  }

  add(promise: Promised, text: string): void {
    if (this.#count === 0) this.#onFirst();
    this.#count += 1;
    const same = this.#kept.filter((finding) => finding.promise === promise).length;
    if (same < keptPerPromise) this.#kept.push({ promise, atMs: this.#nowMs(), text });
  }

  all(): readonly Finding[] {
    return this.#kept;
  }
}
