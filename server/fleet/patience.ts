/**
 * For how long something has failed again and again, each time somebody wanted it. What was wanted by nobody for a while begins
 * anew. It decides nothing about what failed.
 */
import type { SteadyClock, SteadyMs } from "../../shared/clock.ts";

const forgottenAfterMs = 5 * 60_000;
/** Beyond it, what failed longest ago is forgotten. */
const knownMax = 1000;

export class Patience {
  readonly #nowMs: SteadyClock;
  /** The one that failed last is the last. */
  readonly #known = new Map<string, { readonly sinceMs: SteadyMs; readonly lastMs: SteadyMs }>();

  constructor(nowMs: SteadyClock) {
    this.#nowMs = nowMs;
  }

  /** It failed once more. @returns for how many milliseconds it has */
  failed(id: string): number {
    const nowMs = this.#nowMs();
    const before = this.#known.get(id);
    const goesOn = before !== undefined && nowMs - before.lastMs < forgottenAfterMs;
    const sinceMs = goesOn ? before.sinceMs : nowMs;
    this.#known.delete(id);
    this.#known.set(id, { sinceMs, lastMs: nowMs });
    if (this.#known.size > knownMax) this.#known.delete(this.#known.keys().next().value!);
    return nowMs - sinceMs;
  }

  succeeded(id: string): void {
    this.#known.delete(id);
  }
}
