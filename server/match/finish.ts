/**
 * The end of a match, told once to whoever counts it and then to the store. The journal is the outbox: until both
 * have it the match counts as running, so if this process dies in between, the next owner comes here again. Who
 * counts it must therefore take the same end twice.
 */
import type { Outcome } from "../../shared/game/game.ts";
import type { Store } from "../durability/store.ts";

export interface FinishParts {
  readonly id: string;
  readonly epoch: number;
  readonly store: Pick<Store, "finish">;
  /** Counts the outcome, for ratings. Rejects when it could not. */
  readonly settle: (outcome: Outcome) => Promise<void>;
  readonly onKept: (outcome: Outcome) => void;
  /** The store wants nothing of this epoch. */
  readonly onRefused: (code: string) => void;
  readonly log: (message: string, details: object) => void;
}

export class Finish {
  readonly #parts: FinishParts;
  #underWay = false;
  /** The last failure that was logged; it is tried every tick. */
  #trouble: string | undefined;

  constructor(parts: FinishParts) {
    this.#parts = parts;
  }

  /** Called every tick until it is kept. */
  write(outcome: Outcome): void {
    if (this.#underWay) return;
    this.#underWay = true;
    this.#write(outcome).catch((error: Error) => {
      this.#underWay = false;
      if (this.#trouble === error.message) return;
      this.#trouble = error.message;
      this.#parts.log("the end of a match could not be stored; trying again", {
        match: this.#parts.id,
        error,
      });
    });
  }

  async #write(outcome: Outcome): Promise<void> {
    const { id, epoch, store, settle, onKept, onRefused } = this.#parts;
    await settle(outcome);
    const result = await store.finish({ id, epoch, outcome: JSON.stringify(outcome) });
    if (result.ok) onKept(outcome);
    else onRefused(result.code);
  }
}
