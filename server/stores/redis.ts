/** The store of a fleet: one Redis, everything under one prefix. */
import type { Store } from "../durability/store.ts";
import { openRedisStore } from "../durability/stores/redis.ts";
import { openRedisMatchmakingStore } from "../rows/stores/redis.ts";
import type { MatchStoreParts, OpenedRows, RowStoreParts } from "./store-kind.ts";

export function openMatches({ settings, level, now, metrics }: MatchStoreParts): Promise<Store> {
  return openRedisStore({
    url: settings.redisUrl,
    level,
    prefix: settings.redisPrefix,
    answerMsMax: settings.redisAnswerMsMax,
    journalKeep: settings.journalKeep,
    now,
    metrics,
  });
}

export async function openRows({ settings, steadyMs, metrics }: RowStoreParts): Promise<OpenedRows> {
  const store = await openRedisMatchmakingStore({
    url: settings.redisUrl,
    prefix: `${settings.redisPrefix}mm:`,
    answerMsMax: settings.redisAnswerMsMax,
    steadyMs,
    metrics,
  });
  return { store, nowMs: store.nowMs };
}
