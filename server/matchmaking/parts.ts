/** What the operations of matchmaking are given, beside what keeps rows: the declared queues and the limits. */
import type { RowsContext } from "../rows/context.ts";
import type { MatchmakingMetrics } from "./matchmaking-metrics.ts";
import type { QueueRules } from "./queues.ts";
import type { QuotaResult } from "./tickets/ticket-quota.ts";

export interface MatchmakingParts extends RowsContext {
  readonly queues: ReadonlyMap<string, QueueRules>;
  /** Left out: nothing is measured. */
  readonly metrics?: MatchmakingMetrics;
  /** Counts a ticket from these ranges of addresses, or refuses it. Left out: there is no limit. */
  readonly admitTicket?: (from: readonly string[]) => QuotaResult;
  /** Whether a match that a queue made goes on, somewhere. Left out: none that is asked for does. */
  readonly matchRuns?: (matchId: string) => Promise<boolean>;
}
