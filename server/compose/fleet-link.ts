/**
 * What every node of a fleet has, whatever its role: its own name, the registry, Colyseus' listing and the secret.
 */
import { hostname } from "node:os";
import type { NodeRegistry } from "../fleet/node-registry.ts";
import { openRedisNodeRegistry } from "../fleet/redis-node-registry.ts";
import { fleetSecret } from "../fleet/secret.ts";
import type { Log } from "../ops/log.ts";
import { RedisConnection } from "../redis/connection.ts";
import type { RedisMetrics } from "../redis/redis-metrics.ts";
import { openSharedListing, type SharedListing } from "../room/shared-listing.ts";
import type { Config } from "../settings/settings.ts";
import { StoreError } from "../store-error.ts";
import { storeKind } from "../stores/registered.ts";
import { checkAddresses } from "./listen-address.ts";
import { newMatchId } from "./match-process.ts";

const incarnationLetters = 6;

export interface FleetLink {
  /** The name of one start of a node; a restarted node has another name. */
  readonly node: string;
  readonly registry: NodeRegistry;
  readonly listing: SharedListing;
  readonly secret: string;
  close(): Promise<void>;
}

/** @throws StoreError, PortError */
export async function openFleetLink(config: Config, log: Log, metrics: RedisMetrics): Promise<FleetLink> {
  if (!storeKind(config.store).shared) {
    throw new StoreError(
      "store/level-unsupported",
      `--role ${config.role} is a node of a fleet: it needs --store redis`,
    );
  }
  checkAddresses(config);
  const { redisUrl, redisPrefix, redisAnswerMsMax } = config;
  const name = config.nodeName === "auto" ? hostname() : config.nodeName;
  const node = `${name}.${newMatchId(incarnationLetters)}`;
  const warn = (message: string, details: object) => log.warn(details, message);
  const secret = await readSecret(config);
  const registry = await openRedisNodeRegistry({
    url: redisUrl,
    prefix: redisPrefix,
    answerMsMax: redisAnswerMsMax,
    node,
    metrics,
  });
  const listing = await openSharedListing({
    ...{ redisUrl, prefix: redisPrefix, answerMsMax: redisAnswerMsMax, log: warn, metrics },
  }).catch(async (error) => {
    await registry.close();
    throw error;
  });
  const close = async () => {
    await registry.close();
    await listing.close();
  };
  return { node, registry, listing, secret, close };
}

async function readSecret({ redisUrl, redisPrefix, redisAnswerMsMax }: Config): Promise<string> {
  const redis = await RedisConnection.open({
    url: redisUrl,
    name: "holdfast-start",
    answerMsMax: redisAnswerMsMax,
  });
  try {
    return await fleetSecret(redis, redisPrefix);
  } finally {
    await redis.close();
  }
}
