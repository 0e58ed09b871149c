/**
 * Users who were given a seat and did not come: their next tickets are delayed, longer each time, up to some minutes,
 * and an hour later all is forgotten. A row of the user's own part: `no-shows`.
 */

import type { UnixMs } from "../../../shared/clock.ts";
import { absent, type Row } from "../../rows/store.ts";
import { contendedTriesMax } from "../../rows/uncontended.ts";
import type { MatchmakingParts } from "../parts.ts";
import { userPart } from "./claims.ts";

export const noShowsKey = "no-shows";

const firstDelayMs = 15_000;
const delayMsMax = 5 * 60_000;
const forgottenAfterMs = 3_600_000;
/** A repeated report of one of these matches counts once: a reporter may die in between, and another repeats it. */
const matchesKept = 8;

interface NoShows {
  readonly count: number;
  /** Time of the last one, by the store's clock. */
  readonly atMs: number;
  /** The last matches. */
  readonly matchIds: readonly string[];
}

const noShowsOf = (row: Row | undefined): NoShows | undefined => row && (JSON.parse(row.value) as NoShows);

/** Until when a ticket with this player stays out of proposals; 0 for most. */
export function delayedUntilMs(row: Row | undefined, nowMs: UnixMs): number {
  const noShows = noShowsOf(row);
  if (noShows === undefined) return 0;
  const delayMs = Math.min(firstDelayMs * 2 ** Math.min(noShows.count - 1, 10), delayMsMax);
  // A time ahead of now was written before the store's clock was set back.
  return Math.min(noShows.atMs, nowMs) + delayMs;
}

/**
 * @returns whether this is the first report of it, which counts
 * @throws StoreError; the report is then repeated
 */
export async function recordNoShow(
  { store, nowMs }: MatchmakingParts,
  userId: string,
  matchId: string,
): Promise<boolean> {
  const part = userPart(userId);
  for (let tries = 0; tries < contendedTriesMax; tries++) {
    const [row] = await store.read(part, [noShowsKey]);
    const known = noShowsOf(row);
    if (known?.matchIds.includes(matchId)) return false;
    const matchIds = [matchId, ...(known?.matchIds ?? [])].slice(0, matchesKept);
    const value: NoShows = { count: (known?.count ?? 0) + 1, atMs: nowMs(), matchIds };
    const expect = [{ key: noShowsKey, version: row?.version ?? absent }];
    const put = [{ key: noShowsKey, value: JSON.stringify(value), keepMs: forgottenAfterMs }];
    const result = await store.commit(part, { expect, put });
    if (result.ok) return true;
  }
  return false;
}
