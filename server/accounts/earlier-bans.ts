/**
 * Bans that an earlier version kept among the signing keys, as `user:<user id>` of the part `sessions`: taken over
 * into the table of bans, once, by whichever instance starts first. That a row ended the user's sessions stays in it.
 */
import { pageRowsMax, type Row } from "../rows/store.ts";
import type { Bans, BansParts } from "./bans.ts";
import { sessionsPart } from "./session-rows.ts";

const userPrefix = "user:";

/** @throws StoreError */
export async function takeOverBans(
  bans: Bans,
  { store, nowMs }: Pick<BansParts, "store" | "nowMs">,
): Promise<void> {
  for (let after = 0, more = true; more; ) {
    const page = await store.changes(sessionsPart, after, pageRowsMax);
    for (const row of page.rows) if (row.key.startsWith(userPrefix)) await takeOver(row);
    ({ upTo: after, more } = page);
  }

  async function takeOver({ key, value, version }: Row): Promise<void> {
    const { bannedUntilMs, ...signOut } = JSON.parse(value) as { bannedUntilMs?: number; untilMs?: number };
    if (bannedUntilMs === undefined) return;
    const of = key.slice(userPrefix.length);
    if (bannedUntilMs > nowMs() && bans.banFor({ userId: of }) === undefined)
      await bans.add({ kind: "user", of, untilMs: bannedUntilMs });
    // An operator may lift it, and then it must not come back.
    const keepMs = Math.max((signOut.untilMs ?? 0) - nowMs(), 1);
    const put = [{ key, value: JSON.stringify(signOut), keepMs, feedMs: keepMs }];
    await store.commit(sessionsPart, { expect: [{ key, version }], put });
  }
}
