/** A distribution of times in four numbers. */
import type { Histogram } from "node:perf_hooks";

/** Milliseconds; NaN when nothing was measured. */
export interface TimeSpread {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** @param histogram of microseconds */
export function spreadOf(histogram: Histogram): TimeSpread {
  const ms = (us: number) => (histogram.count === 0 ? Number.NaN : us / 1000);
  return {
    p50: ms(histogram.percentile(50)),
    p99: ms(histogram.percentile(99)),
    p999: ms(histogram.percentile(99.9)),
    max: ms(histogram.max),
  };
}
