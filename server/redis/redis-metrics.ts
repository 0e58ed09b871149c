/** The metrics of a process' connections to Redis, and their no-op. */

/** The purpose of a connection; subscriptions for the same purpose count with it. */
type RedisUse = "journal" | "catalogue" | "matchmaking" | "registry" | "listing";

export interface RedisConnectionMetrics {
  /** Redis answered, with any result. */
  roundTrip(seconds: number): void;
  /** A request failed: no connection, no answer in time, or no memory. */
  failed(): void;
  /** The connection may be used again, after it was lost. */
  reconnected(): void;
}

export type RedisMetrics = (use: RedisUse) => RedisConnectionMetrics;

export const noConnectionMetrics: RedisConnectionMetrics = {
  roundTrip: () => {},
  failed: () => {},
  reconnected: () => {},
};

export const noRedisMetrics: RedisMetrics = () => noConnectionMetrics;
