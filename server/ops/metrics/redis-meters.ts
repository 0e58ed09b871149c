/**
 * The Redis connections of this process: how long answers take, which requests failed, how often connections broke.
 */
import { byValue, type Meters } from "./meters.ts";

/** The purpose of a connection; redis/redis-metrics.ts defines these words. */
const uses = ["journal", "catalogue", "matchmaking", "registry", "listing"] as const;
type Use = (typeof uses)[number];

/** Around the gate's goals of 3 and 8 ms; by default no answer is waited for above 2 s. */
const roundTripBuckets = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.033, 0.1, 0.5, 2];

export class RedisMeters {
  readonly #of;

  constructor(meters: Meters) {
    const roundTrips = meters.histogram(
      "redis_round_trip_seconds",
      "Time until Redis answered, by purpose of the connection",
      roundTripBuckets,
      ["connection"],
    );
    const failures = meters.counterBy(
      "redis_failures_total",
      "Requests to Redis that failed",
      "connection",
      uses,
    );
    const reconnects = meters.counterBy(
      "redis_reconnects_total",
      "Lost connections to Redis that were restored",
      "connection",
      uses,
    );
    this.#of = byValue(uses, (use) => {
      const timed = roundTrips.labels(use);
      return {
        roundTrip: (seconds: number) => timed.observe(seconds),
        failed: () => failures[use].inc(),
        reconnected: () => reconnects[use].inc(),
      };
    });
  }

  readonly of = (use: Use) => this.#of[use];
}
