/** Why proposals got no seats, counted, so that a fleet without room says so now and then and not for every one. */

const reportEveryMs = 5000;

interface CountedRefusal {
  count: number;
  /** What the first of them threw, if it did. */
  readonly error: Error | undefined;
}

export class Refusals {
  #byCode = new Map<string, CountedRefusal>();
  #reportedAtMs = Number.NEGATIVE_INFINITY;

  /** @param code of shared/wire/errors.ts */
  add(code: string, error?: Error): void {
    const known = this.#byCode.get(code);
    if (known) known.count += 1;
    else this.#byCode.set(code, { count: 1, error });
  }

  /** By code, those since the last report; undefined: there is nothing to report, or not yet. */
  report(steadyMs: number): Readonly<Record<string, CountedRefusal>> | undefined {
    if (this.#byCode.size === 0 || steadyMs - this.#reportedAtMs < reportEveryMs) return undefined;
    this.#reportedAtMs = steadyMs;
    const report = Object.fromEntries(this.#byCode);
    this.#byCode = new Map();
    return report;
  }
}
