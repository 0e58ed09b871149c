/** The connections of this process to Redis: how long an answer takes, what was asked in vain, how often they broke. */
import { byValue, type Meters } from "./meters.ts";

/** What a connection is for; redis/redis-metrics.ts has the words. */
const uses = ["journal", "catalogue", "matchmaking", "registry", "listing"] as const;
type Use = (typeof uses)[number];

/** Around the gate's goals of 3 and 8 ms; above 2 s no answer is waited for by default. */
const roundTripBuckets = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.033, 0.1, 0.5, 2];

export class RedisMeters {
  readonly #of;

  constructor(meters: Meters) {
    const roundTrips = meters.histogram(
      "redis_round_trip_seconds",
      "Time until Redis answered, by what the connection is for",
      roundTripBuckets,
      ["connection"],
    );
    const failures = meters.counterBy(
      "redis_failures_total",
      "What was asked of Redis in vain",
      "connection",
      uses,
    );
    const reconnects = meters.counterBy(
      "redis_reconnects_total",
      "Connections to Redis that were lost, and are back",
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
