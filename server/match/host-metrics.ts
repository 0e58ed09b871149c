/**
 * Where the numbers of a process' matches go, and nowhere: what a host without metrics uses. Methods of a
 * match run at every tick and must be cheap.
 */
import type { MatchMetrics } from "./live-match.ts";

export interface HostMetrics extends MatchMetrics {
  /** A stored match was to be brought back here. @param seconds from the look at its entry until its room may open */
  restored(result: "restored" | "lost-race" | "left" | "set-aside", seconds: number): void;
}

export const noHostMetrics: HostMetrics = {
  tickRan: () => {},
  gateDelay: () => {},
  recordBytes: () => {},
  snapshotTaken: () => {},
  inputDropped: () => {},
  restored: () => {},
};
