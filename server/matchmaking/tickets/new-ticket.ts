/**
 * Makes a ticket from the wish of its players, their ratings, and the limit of its waiting time. Pure except for the
 * clock.
 */

import { createHash } from "node:crypto";
import type { UnixMs } from "../../../shared/clock.ts";
import type { Plain } from "../../../shared/game/plain.ts";
import { newRating } from "../../ratings/rating.ts";
import { playerRating } from "../../ratings/rating-rows.ts";
import type { Row } from "../../rows/store.ts";
import type { Waiting } from "./ticket.ts";

/** How long a ticket waits at most. */
const ticketMsMax = 15 * 60_000;

export interface TicketWish {
  readonly queue: string;
  /** At least one. A party's members come in a fixed order, or a repeated request would look like another one. */
  readonly players: readonly {
    readonly userId: string;
    readonly name?: string;
    readonly profile?: Plain;
    readonly roles?: readonly string[];
  }[];
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly mode?: string;
  readonly backfill: boolean;
  readonly partyId?: string;
}

/** @param given `notBeforeMs`: from when on it may be in a proposal */
export function newTicket(
  wish: TicketWish,
  given: {
    id: string;
    ratings: readonly (Row | undefined)[];
    nowMs: UnixMs;
    notBeforeMs: number;
    from: readonly string[];
  },
): Waiting {
  const { queue, latencyMs, backfill, mode, partyId } = wish;
  const { id, ratings, nowMs, notBeforeMs, from } = given;
  return {
    id,
    queue,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + ticketMsMax,
    players: wish.players.map((player, at) => {
      const { mu, sigma } = playerRating(ratings[at]) ?? newRating();
      return { ...player, rating: { mu, sigma } };
    }),
    latencyMs,
    backfill,
    ...(mode !== undefined && { mode }),
    ...(partyId !== undefined && { partyId }),
    ...(from.length > 0 && { from }),
    fellThrough: 0,
    state: "waiting",
    notBeforeMs: Math.max(nowMs, notBeforeMs),
  };
}

/** Equal for equal wishes, whatever the order of their fields. A profile is no wish: it may change meanwhile. */
export function hashOf(given: TicketWish): string {
  const wish = { ...given, players: given.players.map(({ profile: _profile, ...player }) => player) };
  const inOrder = (_: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash("sha256").update(JSON.stringify(wish, inOrder)).digest("base64url");
}
