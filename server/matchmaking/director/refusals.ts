/**
 * Counts why proposals got no seats, so that a fleet without room logs it now and then and not for every proposal.
 */

const reportEveryMs = 5000;

interface CountedRefusal {
  count: number;
  /** What the first of them threw, if anything. */
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

  /** Counts by code since the last report; undefined when there is nothing to report, or it is too early. */
  report(steadyMs: number): Readonly<Record<string, CountedRefusal>> | undefined {
    if (this.#byCode.size === 0 || steadyMs - this.#reportedAtMs < reportEveryMs) return undefined;
    this.#reportedAtMs = steadyMs;
    const report = Object.fromEntries(this.#byCode);
    this.#byCode = new Map();
    return report;
  }
}
