/**
 * How long the gate held patches: from a patch's creation until its tick is durable. It measures and decides nothing.
 */
import type { SteadyClock } from "../../shared/clock.ts";

export class GateDelays {
  readonly #nowMs: SteadyClock;
  readonly #onDelay: (seconds: number) => void;
  #patches: { readonly tick: number; readonly atMs: number }[] = [];

  constructor({ nowMs, onDelay }: { nowMs: SteadyClock; onDelay: (seconds: number) => void }) {
    this.#nowMs = nowMs;
    this.#onDelay = onDelay;
  }

  made(tick: number): void {
    this.#patches.push({ tick, atMs: this.#nowMs() });
  }

  durable(tick: number): void {
    while (this.#patches.length > 0 && this.#patches[0]!.tick <= tick)
      this.#onDelay((this.#nowMs() - this.#patches.shift()!.atMs) / 1000);
  }

  /** The patches were dropped. */
  forget(): void {
    this.#patches = [];
  }
}
