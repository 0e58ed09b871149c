/** What the operations of matchmaking need besides the store of rows: the declared queues and the limits. */
import type { RowsContext } from "../rows/context.ts";
import type { MatchmakingMetrics } from "./matchmaking-metrics.ts";
import type { QueueRules } from "./queues.ts";
import type { QuotaResult } from "./tickets/ticket-quota.ts";

export interface MatchmakingParts extends RowsContext {
  readonly queues: ReadonlyMap<string, QueueRules>;
  /** Without it, nothing is measured. */
  readonly metrics?: MatchmakingMetrics;
  /** Counts a ticket from these ranges of addresses, or refuses it. Left out: there is no limit. */
  readonly admitTicket?: (from: readonly string[]) => QuotaResult;
  /** Whether a match of a queue is still running, on any node. Left out: no match is. */
  readonly matchRuns?: (matchId: string) => Promise<boolean>;
}
