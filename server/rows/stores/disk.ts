/**
 * What the store of one process is written on: ordered text, changed in transactions. memory-disk.ts forgets it
 * with the process, lmdb-disk.ts does not. A disk knows nothing of rows, feeds or versions.
 */

/** The state inside of a transaction, or the one last committed. */
export interface Pages {
  get(key: string): string | undefined;
  /** In order from `from` on, while they begin with `prefix`. */
  keys(prefix: string, range: { from: string; countMax: number }): string[];
}

export interface WritablePages extends Pages {
  put(key: string, value: string): void;
  remove(key: string): void;
}

export interface Disk {
  readonly committed: Pages;
  /**
   * Transactions run one after the other. Resolves when everything that `change` did is kept. What `change` throws it
   * rejects with, and nothing of it is kept.
   */
  transaction<Result>(change: (pages: WritablePages) => Result): Promise<Result>;
  close(): Promise<void>;
}
