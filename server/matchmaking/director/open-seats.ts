/**
 * Running matches that request players: rows of the queue's part, `seats:<match id>`, JSON of OpenSeats. A match
 * repeats its request while it has room; a row that is not repeated expires, with or without its match.
 */

import type { UnixMs } from "../../../shared/clock.ts";
import { queuePart } from "../../ratings/rating-rows.ts";
import type { MatchmakingStore, Put, Row } from "../../rows/store.ts";
import type { OpenSeats } from "../engine/ticket.ts";

/** A match repeats its request in less than half of this. */
const openSeatsKeptMs = 10_000;
const withdrawn = "null";

export const seatsKey = (matchId: string) => `seats:${matchId}`;

export const isSeatsKey = (key: string) => key.startsWith("seats:");

/** undefined: the match has withdrawn its request. */
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

/** Withdraws the request with a row, because followers see rows that change but not rows that expire. */
export const withdrawnPut = (matchId: string): Put => seatsPut(matchId, withdrawn);

const seatsPut = (matchId: string, value: string): Put => ({
  key: seatsKey(matchId),
  value,
  keepMs: openSeatsKeptMs,
  feedMs: openSeatsKeptMs,
});
