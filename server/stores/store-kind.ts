/**
 * What a kind of store must offer, so that everything a server keeps can be kept there: matches, and the rows of
 * accounts, ratings and matchmaking. A kind says what it can do before it is loaded. A new kind needs no other
 * change.
 */
import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { DurabilityLevel, Store } from "../durability/store.ts";
import type { RedisMetrics } from "../redis/redis-metrics.ts";
import type { MatchmakingStore } from "../rows/store.ts";

/** The settings that any kind reads. */
interface StoreSettings {
  readonly dataDir: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly redisAnswerMsMax: number;
  readonly journalKeep: "match" | "snapshot";
  readonly journalSegmentKib: number;
  readonly sabotageStoreDelayMs: number;
}

export interface MatchStoreParts {
  readonly settings: StoreSettings;
  /** One of the kind's own levels. */
  readonly level: DurabilityLevel;
  /** Unix ms; stamps the start and end of matches. */
  readonly now: UnixClock;
  readonly metrics: RedisMetrics;
}

export interface RowStoreParts {
  readonly settings: StoreSettings;
  readonly steadyMs: SteadyClock;
  readonly metrics: RedisMetrics;
  readonly warn: (message: string, details: object) => void;
}

export interface OpenedRows {
  readonly store: MatchmakingStore;
  /** The store's clock. */
  readonly nowMs: UnixClock;
}

/** The parts of a kind, once it is loaded. Both throw StoreError. */
interface StoreOpeners {
  openMatches(parts: MatchStoreParts): Promise<Store>;
  openRows(parts: RowStoreParts): Promise<OpenedRows>;
}

export interface StoreKind {
  /** What a tick can be made to survive; the first one is the meaning of `--durability auto`. */
  readonly levels: readonly [DurabilityLevel, ...DurabilityLevel[]];
  /** Whether many processes may use it at once, so that it can carry a fleet. */
  readonly shared: boolean;
  /** Whether its contents survive a restart. */
  readonly lasts: boolean;
  /** A directory that only its owner can read, for a created session secret. Left out: the secret becomes a row. */
  readonly secretDirectory?: (settings: StoreSettings) => string;
  readonly load: () => Promise<StoreOpeners>;
}
