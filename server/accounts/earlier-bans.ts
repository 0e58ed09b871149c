/**
 * Bans that an earlier version kept among the signing keys, as `user:<user id>` of the part `sessions`. The first
 * instance that reads one moves it once into the table of bans; instances of that version may write more while a
 * fleet is upgraded. The row keeps saying that the user's sessions ended.
 */
import type { Row } from "../rows/store.ts";
import type { Bans, BansParts } from "./bans.ts";
import { sessionsPart } from "./session-rows.ts";

const userPrefix = "user:";

interface EarlierBan {
  readonly bannedUntilMs?: number;
  /** End of the sign-out. */
  readonly untilMs?: number;
}

export class EarlierBans {
  readonly #bans: Bans;
  readonly #parts: Pick<BansParts, "store" | "nowMs">;
  /** By key: bans that were read and not moved yet. */
  readonly #read = new Map<string, Row>();

  constructor(bans: Bans, parts: Pick<BansParts, "store" | "nowMs">) {
    this.#bans = bans;
    this.#parts = parts;
  }

  /** Called for any row of the part. */
  take(row: Row): void {
    if (!row.key.startsWith(userPrefix)) return;
    if ((JSON.parse(row.value) as EarlierBan).bannedUntilMs === undefined) this.#read.delete(row.key);
    else this.#read.set(row.key, row);
  }

  /** @throws StoreError; the rest is moved next time */
  async takeOver(): Promise<void> {
    for (const row of [...this.#read.values()]) {
      await this.#takeOver(row);
      if (this.#read.get(row.key) === row) this.#read.delete(row.key);
    }
  }

  async #takeOver({ key, value, version }: Row): Promise<void> {
    const { store, nowMs } = this.#parts;
    const { bannedUntilMs: untilMs = 0, ...signOut } = JSON.parse(value) as EarlierBan;
    const of = key.slice(userPrefix.length);
    const known = this.#bans.banFor({ userId: of })?.untilMs ?? 0;
    if (untilMs > Math.max(nowMs(), known)) await this.#bans.add({ kind: "user", of, untilMs });
    // An operator may lift the ban, and then it must not return.
    const keepMs = Math.max((signOut.untilMs ?? 0) - nowMs(), 1);
    const put = [{ key, value: JSON.stringify(signOut), keepMs, feedMs: keepMs }];
    await store.commit(sessionsPart, { expect: [{ key, version }], put });
  }
}
