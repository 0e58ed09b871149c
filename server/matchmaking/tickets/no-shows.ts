/**
 * Who was given a seat and did not come: their next tickets wait before they are put into a match, longer every
 * time, at most some minutes, and an hour later all is forgotten. A row of the user's own part: `no-shows`.
 */

import type { UnixMs } from "../../../shared/clock.ts";
import { contendedTriesMax } from "../../rows/context.ts";
import { absent, type Row } from "../../rows/store.ts";
import type { MatchmakingParts } from "../parts.ts";
import { userPart } from "./claims.ts";

export const noShowsKey = "no-shows";

const firstDelayMs = 15_000;
export const delayMsMax = 5 * 60_000;
export const forgottenAfterMs = 3_600_000;
/** Told again of one of these it counts once: whoever tells it may die in between, and others tell it again. */
const matchesKept = 8;

interface NoShows {
  readonly count: number;
  /** Of the last one, by the store's clock. */
  readonly atMs: number;
  /** The last ones. */
  readonly matchIds: readonly string[];
}

const noShowsOf = (row: Row | undefined): NoShows | undefined => row && (JSON.parse(row.value) as NoShows);

/** Until when a ticket with this player stays out of proposals; 0 for most. */
export function delayedUntilMs(row: Row | undefined, nowMs: UnixMs): number {
  const noShows = noShowsOf(row);
  if (noShows === undefined) return 0;
  const delayMs = Math.min(firstDelayMs * 2 ** Math.min(noShows.count - 1, 10), delayMsMax);
  // Ahead of now it is of before a clock that was set back.
  return Math.min(noShows.atMs, nowMs) + delayMs;
}

/**
 * @returns whether it is the first word of it, and counts
 * @throws StoreError: it is told again then
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
