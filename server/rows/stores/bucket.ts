/**
 * A leaky bucket in one number, by the generic cell rate algorithm (ITU-T I.371): the time at which the bucket would
 * be full again. Pure; redis-scripts.ts has the same in Lua.
 */
import type { UnixMs } from "../../../shared/clock.ts";
import type { Spent, TokenBucket } from "../store.ts";

/** @param fullAtMs as returned by the last granted call, or undefined */
export function spent(
  { burst, refillMs }: TokenBucket,
  fullAtMs: number | undefined,
  nowMs: UnixMs,
): { result: Spent; fullAtMs: number } {
  // An empty bucket is full after `burst` refills. A later time was written before the clock was set back.
  const fullMsMax = nowMs + burst * refillMs;
  const before = Math.max(Math.min(fullAtMs ?? nowMs, fullMsMax), nowMs);
  const after = before + refillMs;
  const retryAfterMs = Math.ceil(after - nowMs - burst * refillMs);
  return retryAfterMs > 0
    ? { result: { ok: false, retryAfterMs }, fullAtMs: before }
    : { result: { ok: true }, fullAtMs: after };
}
