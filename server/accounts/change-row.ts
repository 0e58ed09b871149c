/**
 * One conditional write of one followed row: read as the store has it, decided, written if it is still so. Whoever
 * asked this instance has the outcome at once. Knows nothing of what a row says.
 */
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { contendedTriesMax } from "../rows/context.ts";
import type { Follower } from "../rows/follower.ts";
import { absent, type MatchmakingStore, type Put, type Row } from "../rows/store.ts";
import { StoreError } from "../store-error.ts";

export interface ChangingParts {
  readonly store: MatchmakingStore;
  readonly part: string;
  readonly follower: Follower<unknown>;
  /** Rows of which the caller may make new ones; beside them the store has a bound of its own. */
  readonly rowsMax: number;
  /** The answer at either bound. */
  readonly fullCode: ErrorCode;
}

/**
 * @param after the row as it is to be; undefined: as it is
 * @throws StoreError `fullCode` at the bound, `store/contended`, and what the store throws
 */
export async function changeRow(
  { store, part, follower, rowsMax, fullCode }: ChangingParts,
  key: string,
  after: (before: Row | undefined) => Pick<Put, "value" | "keepMs" | "feedMs"> | undefined,
): Promise<void> {
  for (let tries = 0; tries < contendedTriesMax; tries++) {
    const [row] = await store.read(part, [key]);
    const change = after(row);
    if (change === undefined) return;
    const full = new StoreError(fullCode, `${key}: ${part} has ${follower.rows.size} rows and takes no more`);
    if (row === undefined && follower.rows.size >= rowsMax) throw full;
    const expect = [{ key, version: row?.version ?? absent }];
    const result = await store.commit(part, { expect, put: [{ key, ...change, tell: true }] });
    if (!result.ok && result.reason === "feed-full") throw full;
    if (result.ok) return follower.take({ key, value: change.value, version: result.versions[0]! });
  }
  throw new StoreError("store/contended", `changing ${key} of ${part} failed`);
}
