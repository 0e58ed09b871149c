/**
 * The storage of one process' store: ordered text, changed in transactions. memory-disk.ts loses it with the process,
 * lmdb-disk.ts does not. A disk knows nothing of rows, feeds or versions.
 */

/** The state inside a transaction, or the last committed one. */
export interface Pages {
  get(key: string): string | undefined;
  /** In order from `from` on, as far as they begin with `prefix`. */
  keys(prefix: string, range: { from: string; countMax: number }): string[];
}

export interface WritablePages extends Pages {
  put(key: string, value: string): void;
  remove(key: string): void;
}

export interface Disk {
  readonly committed: Pages;
  /**
   * Transactions run one after another. Resolves when everything that `change` did is kept. Rejects with what
   * `change` throws, and then keeps nothing of it.
   */
  transaction<Result>(change: (pages: WritablePages) => Result): Promise<Result>;
  close(): Promise<void>;
}
