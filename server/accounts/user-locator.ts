/**
 * Where users play, on whatever node: the handlers of a game ask it, for friends lists and the like. In a fleet each node
 * announces the users whose connection it holds, as rows that expire, and so a node that died is forgotten within
 * `locationKeptMs`. A node alone looks at its own matches and keeps nothing. It knows no match and no player's name.
 */
import type { Locate, UserLocation } from "../../shared/game/locate.ts";
import type { RowsContext } from "../rows/context.ts";
import type { MatchmakingStore, Put } from "../rows/store.ts";

/** One look of a node at its users. */
export const announceEveryMs = 5000;
/** A row is written again when it is this old; a user who moved to another node is written over at once. */
const renewAfterMs = 10_000;
export const locationKeptMs = 25_000;
/** Rows in one commit. */
const rowsAtOnce = 200;
/** Each names more rows that other nodes have written since. */
const forgetCommitsMax = 4;
/** Users in one question. */
export const usersAskedMax = 100;
const part = "locations";

/** The users with a connection in this process. */
type UsersHere = () => ReadonlyMap<string, UserLocation>;

export interface UserLocatorParts extends Pick<RowsContext, "steadyMs"> {
  /** Left out: this node is alone. */
  readonly store?: Pick<MatchmakingStore, "read" | "commit">;
  readonly here: UsersHere;
}

interface Announced {
  readonly value: string;
  readonly version: number;
  readonly atMs: number;
}

export class UserLocator {
  readonly #parts: UserLocatorParts;
  readonly #announced = new Map<string, Announced>();
  #underWay = false;

  constructor(parts: UserLocatorParts) {
    this.#parts = parts;
  }

  /** Users who are nowhere are not in the answer. @throws RangeError for too many, StoreError */
  readonly locate: Locate = async (userIds) => {
    if (userIds.length > usersAskedMax) throw new RangeError(`at most ${usersAskedMax} users at once`);
    const { store, here } = this.#parts;
    const known = here();
    const found = new Map<string, UserLocation>();
    const elsewhere: string[] = [];
    for (const userId of new Set(userIds)) {
      const location = known.get(userId);
      if (location === undefined) elsewhere.push(userId);
      else found.set(userId, location);
    }
    if (store === undefined || elsewhere.length === 0) return found;
    const rows = await store.read(part, elsewhere);
    for (const [at, row] of rows.entries())
      if (row !== undefined) found.set(elsewhere[at]!, JSON.parse(row.value) as UserLocation);
    return found;
  };

  /**
   * Writes what changed since the last time. A look that begins while the last one writes does nothing.
   * @throws StoreError; the next look begins with what was not written
   */
  async announce(): Promise<void> {
    const { store } = this.#parts;
    if (store === undefined || this.#underWay) return;
    this.#underWay = true;
    try {
      const here = this.#parts.here();
      await this.#forget(
        [...this.#announced.keys()].filter((userId) => !here.has(userId)),
        store,
      );
      const due = [...here].filter(([userId, location]) => this.#isDue(userId, JSON.stringify(location)));
      for (let first = 0; first < due.length; first += rowsAtOnce)
        await this.#write(due.slice(first, first + rowsAtOnce), store);
    } finally {
      this.#underWay = false;
    }
  }

  #isDue(userId: string, value: string): boolean {
    const known = this.#announced.get(userId);
    return known?.value !== value || this.#parts.steadyMs() - known.atMs >= renewAfterMs;
  }

  async #write(
    users: readonly (readonly [string, UserLocation])[],
    store: Pick<MatchmakingStore, "commit">,
  ): Promise<void> {
    const put = users.map(
      ([key, location]): Put => ({ key, value: JSON.stringify(location), keepMs: locationKeptMs }),
    );
    const atMs = this.#parts.steadyMs();
    const written = await store.commit(part, { expect: [], put });
    if (!written.ok) return;
    for (const [at, { key, value }] of put.entries())
      this.#announced.set(key, { value, version: written.versions[at]!, atMs });
  }

  /** A row that another node wrote since is theirs. */
  async #forget(userIds: readonly string[], store: Pick<MatchmakingStore, "commit">): Promise<void> {
    for (let first = 0; first < userIds.length; first += rowsAtOnce) {
      const some = userIds.slice(first, first + rowsAtOnce);
      await this.#remove(some, store);
      for (const key of some) this.#announced.delete(key);
    }
  }

  /** All in one commit; without those that are no longer ours, in the next one. What is left over expires by itself. */
  async #remove(userIds: readonly string[], store: Pick<MatchmakingStore, "commit">): Promise<void> {
    let remove = userIds;
    for (let commits = 0; remove.length > 0 && commits < forgetCommitsMax; commits++) {
      const expect = remove.map((key) => ({ key, version: this.#announced.get(key)!.version }));
      const removed = await store.commit(part, { expect, put: [], remove });
      if (removed.ok || removed.reason !== "conflict") return;
      const theirs = new Set(removed.keys);
      remove = remove.filter((key) => !theirs.has(key));
    }
  }
}
