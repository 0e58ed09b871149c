/**
 * A leaky bucket in one number, by the generic cell rate algorithm (ITU-T I.371): the time at which the bucket
 * would be full again. Pure; redis-scripts.ts says the same in Lua.
 */
import type { Bucket, Spent } from "../store.ts";

/** @param fullAtMs as returned by the last call that was granted, or undefined */
export function spent(
  { burst, refillMs }: Bucket,
  fullAtMs: number | undefined,
  nowMs: number,
): { result: Spent; fullAtMs: number } {
  const before = Math.max(fullAtMs ?? nowMs, nowMs);
  const after = before + refillMs;
  const retryAfterMs = Math.ceil(after - nowMs - burst * refillMs);
  return retryAfterMs > 0
    ? { result: { ok: false, retryAfterMs }, fullAtMs: before }
    : { result: { ok: true }, fullAtMs: after };
}
