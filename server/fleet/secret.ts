/**
 * The shared secret by which nodes of a fleet trust each other: made by the first one, kept in Redis, read by all.
 */
import { randomBytes } from "node:crypto";
import type { RedisConnection } from "../redis/connection.ts";

/** @throws StoreError */
export async function fleetSecret(redis: RedisConnection, prefix: string): Promise<string> {
  const key = `${prefix}{fleet}:secret`;
  const made = randomBytes(24).toString("base64url");
  const requests = [
    ["SET", key, made, "NX"],
    ["GET", key],
  ] as const;
  const [, secret] = await redis.ask(requests, () => "reading the fleet's secret");
  return String(secret);
}
