/** Opens the store of matches that the settings select. The caller closes it. */
import type { UnixClock } from "../../shared/clock.ts";
import type { Store } from "../durability/store.ts";
import { noRedisMetrics, type RedisMetrics } from "../redis/redis-metrics.ts";
import type { Config } from "../settings/settings.ts";
import { StoreError } from "../store-error.ts";
import { storeKind, storeKinds } from "../stores/registered.ts";

/** @param now stamps the start and end of matches. @throws StoreError */
export async function openStore(
  config: Config,
  now: UnixClock,
  metrics: RedisMetrics = noRedisMetrics,
): Promise<Store> {
  const kind = storeKind(config.store);
  const level = config.durability === "auto" ? kind.levels[0] : config.durability;
  if (!kind.levels.includes(level)) {
    const able = Object.keys(storeKinds).filter((name) => storeKinds[name]!.levels.includes(level));
    const message = `--durability ${level} needs --store ${able.join(" or ")}`;
    throw new StoreError("store/level-unsupported", message);
  }
  return (await kind.load()).openMatches({ settings: config, level, now, metrics });
}
