/**
 * Makes one conditional write of one followed row: reads it from the store, decides, and writes if it is unchanged.
 * The caller's instance sees the result at once. It knows nothing of a row's contents.
 */
import type { ErrorCode } from "../../shared/wire/errors.ts";
import type { Follower } from "../rows/follower.ts";
import { absent, type MatchmakingStore, type Put, type Row } from "../rows/store.ts";
import { again, uncontended } from "../rows/uncontended.ts";
import { StoreError } from "../store-error.ts";

export interface ChangingParts {
  readonly store: MatchmakingStore;
  readonly part: string;
  readonly follower: Follower<unknown>;
  /** At this many rows the caller makes no new ones; the store has its own limit besides. */
  readonly rowsMax: number;
  /** The error code at either limit. */
  readonly fullCode: ErrorCode;
}

/**
 * @param after the new row; undefined leaves it unchanged
 * @throws StoreError `fullCode` at the limit, `store/contended`, and what the store throws
 */
export async function changeRow(
  { store, part, follower, rowsMax, fullCode }: ChangingParts,
  key: string,
  after: (before: Row | undefined) => Pick<Put, "value" | "keepMs" | "feedMs"> | undefined,
): Promise<void> {
  return uncontended(`changing ${key} of ${part} failed`, async () => {
    const [row] = await store.read(part, [key]);
    const change = after(row);
    if (change === undefined) return;
    const full = new StoreError(fullCode, `${key}: ${part} has ${follower.rows.size} rows and takes no more`);
    if (row === undefined && follower.rows.size >= rowsMax) throw full;
    const expect = [{ key, version: row?.version ?? absent }];
    const result = await store.commit(part, { expect, put: [{ key, ...change, tell: true }] });
    if (!result.ok && result.reason === "feed-full") throw full;
    if (result.ok) return follower.take({ key, value: change.value, version: result.versions[0]! });
    return again;
  });
}
