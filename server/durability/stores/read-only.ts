/**
 * Reads a data directory without the lock and without writing, even while a server uses it, for replay and export.
 * Every call reads again. The log is read before lmdb, so that a record on its way from one to the other is seen
 * twice rather than never.
 */
import fs from "node:fs";
import path from "node:path";
import { StoreError } from "../../store-error.ts";
import type { DurabilityLevel, MatchEntry, Store, StoredMatch } from "../store.ts";
import { Catalogue } from "./catalogue.ts";
import { matchesInMemory, publicEntry, storedMatch } from "./match-in-memory.ts";
import { readLog } from "./wal.ts";

export class ReadOnlyStore implements Store {
  readonly level: DurabilityLevel;
  readonly #directory: string;
  readonly #catalogue: Catalogue;
  readonly #salt: number;

  private constructor(about: {
    directory: string;
    level: DurabilityLevel;
    catalogue: Catalogue;
    salt: number;
  }) {
    this.level = about.level;
    this.#directory = about.directory;
    this.#catalogue = about.catalogue;
    this.#salt = about.salt;
  }

  /** @throws StoreError `store/unavailable` when no server has used the directory yet */
  static async open(options: { path: string; level: DurabilityLevel }): Promise<ReadOnlyStore> {
    const directory = options.path;
    const lmdbPath = path.join(directory, "catalogue");
    if (!fs.existsSync(path.join(lmdbPath, "data.mdb"))) throw neverUsed(directory);
    const catalogue = Catalogue.open(lmdbPath, { readOnly: true });
    const salt = catalogue.salt();
    if (salt === undefined) {
      await catalogue.close();
      throw neverUsed(directory);
    }
    return new ReadOnlyStore({ directory, level: options.level, catalogue, salt });
  }

  async list(): Promise<readonly MatchEntry[]> {
    this.#catalogue.refresh();
    return this.#catalogue.entries().map(publicEntry);
  }

  async find(id: string): Promise<MatchEntry | undefined> {
    return (await this.list()).find((entry) => entry.id === id);
  }

  async load(id: string): Promise<StoredMatch> {
    const { scan } = await readLog(path.join(this.#directory, "wal"), this.#salt);
    this.#catalogue.refresh();
    const match = matchesInMemory(this.#catalogue, scan).get(id);
    if (!match) throw new StoreError("store/unknown-match", `no match ${id} in ${this.#directory}`);
    return storedMatch(this.#catalogue, match, "all");
  }

  create = () => this.#refuse();
  claim = () => this.#refuse();
  append = () => this.#refuse();
  snapshot = () => this.#refuse();
  finish = () => this.#refuse();
  sleep = () => this.#refuse();
  dueFirst = async () => [];
  openAsleep = async () => [];
  asleep = async () => (await this.list()).filter(({ state }) => state === "sleeping").length;
  setAside = () => this.#refuse();
  remove = () => this.#refuse();

  async close(): Promise<void> {
    await this.#catalogue.close();
  }

  async #refuse(): Promise<never> {
    throw new StoreError("store/not-writable", `the data directory ${this.#directory} was opened read-only`);
  }
}

function neverUsed(directory: string): StoreError {
  return new StoreError(
    "store/unavailable",
    `no server has written to ${directory} yet: there is nothing to read`,
  );
}
