/** The store that the settings ask for, opened. Whoever opens it closes it. */
import { setTimeout as pause } from "node:timers/promises";
import type { Store } from "../durability/store.ts";
import { openEmbeddedStore } from "../durability/stores/embedded.ts";
import { MemoryStore } from "../durability/stores/memory.ts";
import { openRedisStore } from "../durability/stores/redis.ts";
import { noRedisMetrics, type RedisMetrics } from "../redis/redis-metrics.ts";
import type { Config } from "../settings/settings.ts";
import { StoreError } from "../store-error.ts";

/** @param now stamps when matches began and ended. @throws StoreError */
export async function openStore(
  config: Config,
  now: () => number,
  metrics: RedisMetrics = noRedisMetrics,
): Promise<Store> {
  const { durability, journalKeep } = config;
  if (config.store === "memory") return new MemoryStore({ now });
  if (config.store === "redis") {
    return openRedisStore({
      url: config.redisUrl,
      level: durability === "auto" ? "process" : durability,
      prefix: config.redisPrefix,
      answerMsMax: config.redisAnswerMsMax,
      journalKeep,
      now,
      metrics,
    });
  }
  if (durability === "replica") {
    throw new StoreError("store/level-unsupported", "--durability replica needs --store redis");
  }
  const delayMs = config.sabotageStoreDelayMs;
  const faults = { beforeAppend: () => pause(delayMs) };
  return openEmbeddedStore({
    path: config.dataDir,
    level: durability === "auto" ? "machine" : durability,
    journalKeep,
    segmentBytes: config.journalSegmentKib * 1024,
    now,
    ...(delayMs > 0 ? { faults } : {}),
  });
}
