/**
 * What a match does under the policy `gate: available` when the store does not keep up: it plays on unprotected.
 * Everything leaves at once, nothing is journaled, and nothing piles up. A snapshot of the World that is still
 * here makes it whole again, as soon as the store takes one. What players saw while it was unprotected is lost if
 * the process dies, or if another one took the match over meanwhile: that is the price (P2 holds under `strict`).
 *
 *   protected ──giveUp──▶ unprotected ──turn──▶ snapshotting ──kept──▶ catching-up ──durable──▶ protected
 *                              ▲──────── not kept, or too slow ──┘ ▲────── giveUp ──────┘
 *
 * Records behind a snapshot must not be stored before it: a crash in between would leave a hole that nothing
 * covers. So they wait here, a bounded number of them.
 */
import type { RecordWrite } from "../durability/store.ts";
import { retryTicks } from "./snapshots.ts";

type State =
  | { readonly kind: "protected" }
  /** Tries a snapshot when it has taken so many turns. */
  | { readonly kind: "unprotected"; turns: number }
  /** A snapshot is on its way to the store, and these records wait for it. */
  | { readonly kind: "snapshotting"; readonly behind: RecordWrite[] }
  /** The snapshot is kept; it is whole again when this tick is durable. */
  | { readonly kind: "catching-up"; readonly untilTick: number }
  /** The match stopped. */
  | { readonly kind: "ended" };

export interface ProtectionParts {
  readonly recordsWaitingMax: number;
  readonly gate: { open(): void; close(durableTick: number): void };
  /** Keeps a snapshot of where the match stands; its tick, or undefined when that failed. Never rejects. */
  readonly keepSnapshot: () => Promise<number | undefined>;
  readonly journal: (write: RecordWrite) => void;
  /** Drops the records that wait for the store. */
  readonly forgetJournal: () => void;
  /** Everything up to `tick` is durable, by a snapshot. */
  readonly onKept: (tick: number) => void;
  readonly onChanged: (unprotected: boolean) => void;
}

export class Protection {
  readonly #parts: ProtectionParts;
  #state: State = { kind: "protected" };

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
  }

  get unprotected(): boolean {
    return this.#state.kind !== "protected" && this.#state.kind !== "ended";
  }

  /** The store does not keep up: play on without it. */
  giveUp(): void {
    const { kind } = this.#state;
    if (kind !== "protected" && kind !== "catching-up") return;
    this.#state = { kind: "unprotected", turns: 0 };
    this.#parts.forgetJournal();
    this.#parts.gate.open();
    if (kind === "protected") this.#parts.onChanged(true);
  }

  /** Once per tick, before it. */
  turn(): void {
    if (this.#state.kind !== "unprotected") return;
    this.#state.turns += 1;
    if (this.#state.turns >= retryTicks) void this.#snapshot();
  }

  /** Takes a record to the journal, if there is one now. */
  append(write: RecordWrite): void {
    switch (this.#state.kind) {
      case "protected":
      case "catching-up":
        this.#parts.journal(write);
        break;
      case "snapshotting":
        this.#state.behind.push(write);
        // Slower than that is too slow to be protected by. The snapshot does no harm when it comes after all.
        if (this.#state.behind.length > this.#parts.recordsWaitingMax)
          this.#state = { kind: "unprotected", turns: 0 };
        break;
      case "unprotected":
      case "ended":
        break;
    }
  }

  durable(tick: number): void {
    if (this.#state.kind !== "catching-up" || tick < this.#state.untilTick) return;
    this.#state = { kind: "protected" };
    this.#parts.onChanged(false);
  }

  end(): void {
    this.#state = { kind: "ended" };
  }

  async #snapshot(): Promise<void> {
    const attempt: State = { kind: "snapshotting", behind: [] };
    this.#state = attempt;
    const tick = await this.#parts.keepSnapshot();
    if (this.#state !== attempt) return;
    if (tick === undefined) {
      this.#state = { kind: "unprotected", turns: 0 };
      return;
    }
    this.#state = { kind: "catching-up", untilTick: attempt.behind.at(-1)?.tick ?? tick };
    this.#parts.gate.close(tick);
    for (const write of attempt.behind) this.#parts.journal(write);
    this.#parts.onKept(tick);
  }
}
