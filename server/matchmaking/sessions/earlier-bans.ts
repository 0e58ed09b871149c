/**
 * Bans that an earlier version kept among the signing keys, as `user:<user id>` of the part `sessions`: taken over
 * into the table of bans, once, by whichever instance starts first. Nothing else of those rows is of use any more.
 */
import { pageRowsMax, type Row } from "../store.ts";
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
    const { bannedUntilMs: untilMs = 0 } = JSON.parse(value) as { bannedUntilMs?: number };
    const of = key.slice(userPrefix.length);
    if (untilMs > nowMs() && bans.banFor({ userId: of }) === undefined)
      await bans.add({ kind: "user", of, untilMs });
    // An operator may lift it, and then it must not come back.
    await store.commit(sessionsPart, { expect: [{ key, version }], put: [{ key, value: "{}", keepMs: 1 }] });
  }
}
