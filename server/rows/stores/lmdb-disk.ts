/**
 * A disk in one lmdb environment, for a single server on its machine. A transaction resolves when it is flushed;
 * concurrent ones share a flush. Readers see what was last committed. No second process writes it.
 */
import { type Database, open } from "lmdb";
import { StoreError } from "../../store-error.ts";
import type { Disk, Pages, WritablePages } from "./disk.ts";

/** lmdb gives errno numbers, Node gives their names. */
const fullCodes: readonly unknown[] = ["ENOSPC", "EDQUOT", 28, 122];

export class LmdbDisk implements Disk {
  readonly #database: Database<string, Buffer>;
  readonly #directory: string;
  readonly committed: Pages;
  readonly #pages: WritablePages;

  private constructor(database: Database<string, Buffer>, directory: string) {
    this.#database = database;
    this.#directory = directory;
    this.#pages = {
      get: (key) => database.get(bytes(key)),
      keys: (prefix, { from, countMax }) => {
        const keys: string[] = [];
        for (const found of database.getKeys({ start: bytes(from), limit: countMax })) {
          const key = found.toString();
          if (!key.startsWith(prefix)) break;
          keys.push(key);
        }
        return keys;
      },
      put: (key, value) => void database.put(bytes(key), value),
      remove: (key) => void database.remove(bytes(key)),
    };
    this.committed = this.#pages;
  }

  /** @throws StoreError `store/full`, `store/unavailable` */
  static open(directory: string): LmdbDisk {
    try {
      // A commit resolves when it is flushed, not before.
      const database = open<string, Buffer>({
        path: directory,
        noSubdir: false,
        encoding: "string",
        // lmdb's own key encoding treats a control character in a long key as the end of a list item.
        keyEncoding: "binary",
        overlappingSync: false,
        // With batching, lmdb-js leaves an unhandled rejection at ENOSPC, which would end the process.
        eventTurnBatching: false,
      });
      return new LmdbDisk(database, directory);
    } catch (error) {
      throw failure(error, `opening the matchmaking store in ${directory}`);
    }
  }

  async transaction<Result>(change: (pages: WritablePages) => Result): Promise<Result> {
    try {
      // A plain transaction keeps changes made before `change` threw; a child transaction is rolled back whole.
      return await this.#database.childTransaction(() => change(this.#pages));
    } catch (error) {
      throw failure(await causeOf(error), `writing to the matchmaking store in ${this.#directory}`);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

const bytes = (key: string) => Buffer.from(key);

function failure(error: unknown, tried: string): StoreError {
  if (error instanceof StoreError) return error;
  const full = fullCodes.includes((error as { code?: unknown }).code);
  const why = full ? "the disk is full" : (error as Error).message;
  return new StoreError(full ? "store/full" : "store/unavailable", `${tried} failed: ${why}`, {
    cause: error,
  });
}

/** lmdb-js keeps the cause of a failed commit in a promise of its own. */
async function causeOf(error: unknown): Promise<unknown> {
  const hidden = (error as { commitError?: Promise<never> }).commitError;
  return hidden ? hidden.catch((cause: unknown) => cause) : error;
}
