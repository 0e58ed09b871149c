/** What Colyseus shares between the processes of a fleet over one Redis: its listing of rooms, and its messages. */
import { RedisConnection } from "../redis/connection.ts";
import { noRedisMetrics, type RedisMetrics } from "../redis/redis-metrics.ts";
import { Subscriptions } from "../redis/subscriptions.ts";
import type { MayBeAway } from "../store-error.ts";
import { EpochDriver } from "./epoch-driver.ts";
import { FleetPresence } from "./fleet-presence.ts";

/** At most one line in this time is logged while Redis is away. */
const saidEveryMs = 1000;

export interface SharedListingOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly answerMsMax: number;
  readonly log: (message: string, details: object) => void;
  /** Without it, nothing is measured. */
  readonly metrics?: RedisMetrics;
}

export interface SharedListing extends MayBeAway {
  readonly driver: EpochDriver;
  readonly presence: FleetPresence;
  close(): Promise<void>;
}

/** @throws StoreError */
export async function openSharedListing(options: SharedListingOptions): Promise<SharedListing> {
  const { redisUrl: url, answerMsMax, log } = options;
  const metrics = (options.metrics ?? noRedisMetrics)("listing");
  let saidMs = Number.NEGATIVE_INFINITY;
  const onError = (error: Error) => {
    // Each message and each listing that cannot be written reports the same outage.
    if (performance.now() - saidMs < saidEveryMs) return;
    saidMs = performance.now();
    log("Redis for Colyseus' listing", { error });
  };
  let driver: EpochDriver | undefined;
  const connection = await RedisConnection.open({
    ...{ url, answerMsMax, metrics, name: "holdfast-listing" },
    onAdmitted: () => driver?.admitted(),
  });
  const prefix = `${options.prefix}colyseus:`;
  const later = (ms: number, task: () => void) => void setTimeout(task, ms).unref();
  driver = new EpochDriver({ connection, prefix, onError, later });
  const subscriptions = new Subscriptions({ url, answerMsMax, metrics });
  const presence = new FleetPresence({ connection, subscriptions, prefix, onError });
  return {
    driver,
    presence,
    get away() {
      return connection.away;
    },
    close: async () => {
      subscriptions.close();
      await connection.close();
    },
  };
}
