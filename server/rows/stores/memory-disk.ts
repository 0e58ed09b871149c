/** A disk in memory, for tests and for a server that keeps nothing. Its contents end with the process. */
import type { Disk, WritablePages } from "./disk.ts";

export class MemoryDisk implements Disk {
  readonly #values = new Map<string, string>();
  readonly #sorted: string[] = [];

  readonly committed: WritablePages = {
    get: (key) => this.#values.get(key),
    keys: (prefix, { from, countMax }) => {
      const keys: string[] = [];
      for (let at = this.#place(from); at < this.#sorted.length && keys.length < countMax; at++) {
        const key = this.#sorted[at]!;
        if (!key.startsWith(prefix)) break;
        keys.push(key);
      }
      return keys;
    },
    put: (key, value) => {
      if (!this.#values.has(key)) this.#sorted.splice(this.#place(key), 0, key);
      this.#values.set(key, value);
    },
    remove: (key) => {
      if (this.#values.delete(key)) this.#sorted.splice(this.#place(key), 1);
    },
  };

  async transaction<Result>(change: (pages: WritablePages) => Result): Promise<Result> {
    const before = new Map<string, string | undefined>();
    const { get, keys, put, remove } = this.committed;
    const note = (key: string) => before.has(key) || before.set(key, get(key));
    const noting: WritablePages = {
      ...{ get, keys },
      put: (key, value) => {
        note(key);
        put(key, value);
      },
      remove: (key) => {
        note(key);
        remove(key);
      },
    };
    try {
      return change(noting);
    } catch (error) {
      for (const [key, value] of before) value === undefined ? remove(key) : put(key, value);
      throw error;
    }
  }

  async close(): Promise<void> {}

  /** Where a key is, or would be. */
  #place(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
