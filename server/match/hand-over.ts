/**
 * A running match that stands still, so that another node can go on with it: until everything that it journaled is
 * durable, and a snapshot of it kept, from which the next owner has nothing to replay. It asks nobody to take it.
 */
export interface HandOverParts {
  readonly isDurable: () => boolean;
  /** Sends what is not durable yet. */
  readonly flush: () => void;
  /** Undefined when the snapshot was not kept. Never rejects. */
  readonly keepSnapshot: () => Promise<number | undefined>;
}

export class HandOver {
  readonly #parts: HandOverParts;
  readonly #kept = Promise.withResolvers<void>();
  #keeping = false;

  constructor(parts: HandOverParts) {
    this.#parts = parts;
    // Who asked may have given up waiting.
    this.#kept.promise.catch(() => {});
    parts.flush();
    this.durable();
  }

  /** Rejects when it failed. */
  get kept(): Promise<void> {
    return this.#kept.promise;
  }

  /** More of the match is durable. */
  durable(): void {
    if (!this.#keeping && this.#parts.isDurable()) void this.#keep();
  }

  fail(why: string): void {
    this.#kept.reject(new Error(why));
  }

  async #keep(): Promise<void> {
    this.#keeping = true;
    if ((await this.#parts.keepSnapshot()) === undefined)
      this.fail("the snapshot to move it with was not kept");
    else this.#kept.resolve();
  }
}
