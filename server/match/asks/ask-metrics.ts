/** What is measured of asks, as the port of the match's side; server/ops has the counters. */

export interface AskMetrics {
  /** A handler was called: it answered, or it failed and is called again. */
  askCalled(result: "answered" | "failed", seconds: number): void;
  /** What became of an ask. */
  askEnded(result: "answered" | "timed-out" | "too-many"): void;
}
