/** Where the numbers of a process' connections to Redis go, one connection each, and nowhere. */

/** What a connection is for; what is subscribed to for the same counts with it. */
type RedisUse = "journal" | "catalogue" | "matchmaking" | "registry" | "listing";

export interface RedisConnectionMetrics {
  /** Redis answered, with whatever. */
  roundTrip(seconds: number): void;
  /** Somebody asked in vain: no connection, no answer in time, or no room. */
  failed(): void;
  /** It may be used again, after it was lost. */
  reconnected(): void;
}

export type RedisMetrics = (use: RedisUse) => RedisConnectionMetrics;

export const noConnectionMetrics: RedisConnectionMetrics = {
  roundTrip: () => {},
  failed: () => {},
  reconnected: () => {},
};

export const noRedisMetrics: RedisMetrics = () => noConnectionMetrics;
