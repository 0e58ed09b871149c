/** What the operations of matchmaking are given: the store, the declared queues, and clock and chance from outside. */
import type { QueueRules } from "./queues.ts";
import type { MatchmakingStore } from "./store.ts";
import type { QuotaResult } from "./tickets/ticket-quota.ts";

export interface MatchmakingParts {
  readonly store: MatchmakingStore;
  readonly queues: ReadonlyMap<string, QueueRules>;
  /** Unix ms by the store's clock, the same for all instances: for moments, which are written down. */
  readonly nowMs: () => number;
  /** Ms by this process' own clock, which never steps: for how long something takes. */
  readonly steadyMs: () => number;
  /** Runs once after so many ms. @returns how to call it off */
  readonly later: (ms: number, run: () => void) => () => void;
  /** So many characters of a-z and 2-7 that nobody can guess. */
  readonly newName: (length: number) => string;
  /** Counts a ticket from these ranges of addresses, or refuses it. Left out: there is no limit. */
  readonly admitTicket?: (from: readonly string[]) => QuotaResult;
  /** Whether a match that a queue made goes on, somewhere. Left out: none that is asked for does. */
  readonly matchRuns?: (matchId: string) => Promise<boolean>;
}

/** The part of a queue: its tickets, their players, its leader, its ratings. */
export const queuePart = (queue: string) => `q:${queue}`;

/** Others that change the same rows at the same moment: so often is an operation tried again. */
export const contendedTriesMax = 16;
