/**
 * The metrics of a process' matches, and their no-op for a host without metrics. Methods of a match run at every tick
 * and must be cheap.
 */
import type { MatchMetrics } from "./live-match.ts";

export interface HostMetrics extends MatchMetrics {
  /** A restore of a stored match ended. @param seconds from the check of its entry until its room may open */
  restored(result: "restored" | "lost-race" | "left" | "set-aside", seconds: number): void;
}

export const noHostMetrics: HostMetrics = {
  tickRan: () => {},
  gateDelay: () => {},
  framesSent: () => {},
  recordBytes: () => {},
  snapshotTaken: () => {},
  inputDropped: () => {},
  restored: () => {},
  askCalled: () => {},
  askEnded: () => {},
};
