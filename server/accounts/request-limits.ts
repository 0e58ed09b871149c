/**
 * The limits of requests: per address and per user every second, and of new guests per address every minute. What is
 * counted as one address, the caller decides. A limit of 0 is none.
 */
import type { MatchmakingStore } from "../rows/store.ts";
import { type RateLimit, type RateResult, rateLimit, takeOne } from "./rate-limit.ts";

/** The requests of this many seconds may arrive at once. */
const burstSeconds = 10;
/** The new guests of this many minutes may arrive at once: a school class, or a party. */
const guestBurstMinutes = 4;

export interface RequestLimits {
  readonly perAddressPerSecond: number;
  readonly perUserPerSecond: number;
  readonly guestsPerAddressPerMinute: number;
}

export type LimitedBy = "address" | "user" | "guest";

/** @returns a function that counts one request, and throws StoreError (rejects) */
export function requestLimiter(
  store: MatchmakingStore,
  limits: RequestLimits,
  onLimited: (by: LimitedBy) => void,
): (by: LimitedBy, who: string) => Promise<RateResult> {
  const { perAddressPerSecond, perUserPerSecond, guestsPerAddressPerMinute } = limits;
  const all: Readonly<Record<LimitedBy, RateLimit | undefined>> = {
    address: limitOf("requests per address", perAddressPerSecond, perAddressPerSecond * burstSeconds),
    user: limitOf("requests per user", perUserPerSecond, perUserPerSecond * burstSeconds),
    guest: limitOf(
      "new guests per address",
      guestsPerAddressPerMinute / 60,
      guestsPerAddressPerMinute * guestBurstMinutes,
    ),
  };
  return async (by, who) => {
    const limit = all[by];
    if (limit === undefined) return { ok: true };
    const counted = await takeOne(store, limit, who);
    if (!counted.ok) onLimited(by);
    return counted;
  };
}

function limitOf(name: string, perSecond: number, burst: number): RateLimit | undefined {
  return perSecond === 0 ? undefined : rateLimit(name, { perSecond, burst });
}
