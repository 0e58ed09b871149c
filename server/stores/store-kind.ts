/**
 * What a kind of store is, so that everything that a server keeps can be kept there: matches, and the rows of accounts,
 * ratings and matchmaking. A kind says what it can do before it is loaded; who adds one changes nothing else.
 */
import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { DurabilityLevel, Store } from "../durability/store.ts";
import type { RedisMetrics } from "../redis/redis-metrics.ts";
import type { MatchmakingStore } from "../rows/store.ts";

/** Of the settings those that some kind reads. */
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
  /** One of the kind's own. */
  readonly level: DurabilityLevel;
  /** Unix ms; stamps when matches began and ended. */
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
  /** Its clock. */
  readonly nowMs: UnixClock;
}

/** The parts of a kind, once it is loaded. Both throw StoreError. */
interface StoreOpeners {
  openMatches(parts: MatchStoreParts): Promise<Store>;
  openRows(parts: RowStoreParts): Promise<OpenedRows>;
}

export interface StoreKind {
  /** What a tick can be made to survive; the first one is what `--durability auto` means. */
  readonly levels: readonly [DurabilityLevel, ...DurabilityLevel[]];
  /** Many processes may use it at once, so it can carry a fleet. */
  readonly shared: boolean;
  /** What is kept is there after a restart. */
  readonly lasts: boolean;
  /** A directory that only its owner reads, for a session secret that is made; left out: it is made a row. */
  readonly secretDirectory?: (settings: StoreSettings) => string;
  readonly load: () => Promise<StoreOpeners>;
}
