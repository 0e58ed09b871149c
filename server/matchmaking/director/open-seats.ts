/**
 * Running matches that ask for players: rows of the queue's part, `seats:<match id>`, JSON of OpenSeats. A match
 * says it again while it has room; a row that nobody says again goes, with or without its match.
 */

import type { UnixMs } from "../../../shared/clock.ts";
import { queuePart } from "../../ratings/rating-rows.ts";
import type { MatchmakingStore, Put, Row } from "../../rows/store.ts";
import type { OpenSeats } from "../engine/ticket.ts";

/** A match asks again in less than half of this. */
const openSeatsKeptMs = 10_000;
const withdrawn = "null";

export const seatsKey = (matchId: string) => `seats:${matchId}`;

export const isSeatsKey = (key: string) => key.startsWith("seats:");

/** undefined: the match asks no longer. */
export function openSeats(row: Row): OpenSeats | undefined {
  return row.value === withdrawn ? undefined : (JSON.parse(row.value) as OpenSeats);
}

export const isStale = ({ askedAtMs }: OpenSeats, nowMs: UnixMs) => nowMs - askedAtMs > openSeatsKeptMs;

export async function askForPlayers(store: MatchmakingStore, asked: OpenSeats): Promise<void> {
  await store.commit(queuePart(asked.queue), {
    expect: [],
    put: [seatsPut(asked.matchId, JSON.stringify(asked))],
  });
}

export async function askNoLonger(
  store: MatchmakingStore,
  { queue, matchId }: { queue: string; matchId: string },
): Promise<void> {
  await store.commit(queuePart(queue), { expect: [], put: [withdrawnPut(matchId)] });
}

/** A row that says so, because followers see rows that change and not those that go. */
export const withdrawnPut = (matchId: string): Put => seatsPut(matchId, withdrawn);

const seatsPut = (matchId: string, value: string): Put => ({
  key: seatsKey(matchId),
  value,
  keepMs: openSeatsKeptMs,
  feedMs: openSeatsKeptMs,
});
