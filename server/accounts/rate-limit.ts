/** Limits how often a caller may do something. The count is in the store, so it holds over all instances together. */
import type { MatchmakingStore, TokenBucket } from "../rows/store.ts";

export interface RateLimit extends TokenBucket {
  /** Names what is limited, like `tickets per user`. Two limits of one name share their buckets. */
  readonly name: string;
}

/** A rate per second over time, and a burst at once. */
export function rateLimit(
  name: string,
  { perSecond, burst }: { perSecond: number; burst: number },
): RateLimit {
  return { name, burst, refillMs: 1000 / perSecond };
}

export type RateResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: "rate/limited";
      readonly detail: string;
      readonly retryAfterMs: number;
    };

/** @param who an address or a user id */
export async function takeOne(store: MatchmakingStore, limit: RateLimit, who: string): Promise<RateResult> {
  const spent = await store.spend(`${limit.name}:${who}`, limit);
  if (spent.ok) return spent;
  const { retryAfterMs } = spent;
  return {
    ok: false,
    code: "rate/limited",
    detail: `${limit.name}: ask again in ${Math.ceil(retryAfterMs / 1000)} s`,
    retryAfterMs,
  };
}
