/**
 * A copy of the rows in the feed of one part, which is updated with what changed since the last read, however many
 * rows there are. It may be behind the store; a writer that relies on it names the versions that it saw, and is
 * refused if they are old.
 */
import type { SteadyClock } from "../../shared/clock.ts";
import { type MatchmakingStore, pageRowsMax, type Row, type Version } from "./store.ts";

/** A row that has ended stays in the feed for this long, so that followers see its end. */
export const endedFeedMs = 20_000;
/** A follower that did not read for this long may have missed the end of a row, and reads everything again. */
const unseenMsMax = endedFeedMs / 2;

export interface FollowerOptions<Value> {
  readonly store: MatchmakingStore;
  readonly part: string;
  /** The value of a row; undefined for a row that has ended or does not matter, which is not kept. */
  readonly read: (row: Row) => Value | undefined;
  /** Names under which a row is counted; left out: none. */
  tally?(value: Value): readonly string[];
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
}

export interface Followed<Value> {
  readonly version: Version;
  readonly value: Value;
}

export class Follower<Value> {
  readonly #options: FollowerOptions<Value>;
  readonly #rows = new Map<string, Followed<Value>>();
  readonly #counts = new Map<string, number>();
  #upTo: Version = 0;
  #readAtMs: number | undefined;
  #underWay: Promise<void> | undefined;

  constructor(options: FollowerOptions<Value>) {
    this.#options = options;
  }

  get rows(): ReadonlyMap<string, Followed<Value>> {
    return this.#rows;
  }

  /** How many rows are counted under this name. */
  countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** When the store last answered, by this process' clock; undefined: never. */
  get readAtMs(): number | undefined {
    return this.#readAtMs;
  }

  /** Reads what changed. Concurrent calls share one read. @throws StoreError and keeps what it had */
  refresh(): Promise<void> {
    this.#underWay ??= this.#read().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Adds a row that this process wrote itself, without reading it. */
  take(row: Row): void {
    const known = this.#rows.get(row.key);
    if (known && known.version >= row.version) return;
    const value = this.#options.read(row);
    this.#drop(row.key);
    if (value === undefined) return;
    this.#rows.set(row.key, { version: row.version, value });
    this.#count(value, 1);
  }

  /** These rows differ from the copy: reads them, even if they have left the feed. */
  async reread(keys: readonly string[]): Promise<void> {
    const { store, part } = this.#options;
    const rows = await store.read(part, keys);
    rows.forEach((row, at) => {
      this.#drop(keys[at]!);
      if (row) this.take(row);
    });
  }

  forget(key: string): void {
    this.#drop(key);
  }

  /** The next refresh reads everything. */
  startOver(): void {
    this.#rows.clear();
    this.#counts.clear();
    this.#upTo = 0;
  }

  #drop(key: string): void {
    const known = this.#rows.get(key);
    if (known === undefined) return;
    this.#rows.delete(key);
    this.#count(known.value, -1);
  }

  #count(value: Value, by: 1 | -1): void {
    for (const name of this.#options.tally?.(value) ?? []) {
      const count = this.countOf(name) + by;
      if (count > 0) this.#counts.set(name, count);
      else this.#counts.delete(name);
    }
  }

  async #read(): Promise<void> {
    const { store, part, steadyMs } = this.#options;
    const startedAtMs = steadyMs();
    if (this.#readAtMs !== undefined && startedAtMs - this.#readAtMs > unseenMsMax) this.startOver();
    for (let more = true; more; ) {
      const page = await store.changes(part, this.#upTo, pageRowsMax);
      for (const row of page.rows) this.take(row);
      this.#upTo = page.upTo;
      more = page.more;
    }
    this.#readAtMs = startedAtMs;
  }
}
