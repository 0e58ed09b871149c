/** Reads the server's metrics (Prometheus' text format), and what changed between two readings. */

/** Cumulative counts per upper bound in ascending order, the last bound being infinity. */
interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Lines without labels by name; histograms by their name without `_bucket`. */
export interface MetricsText {
  readonly values: ReadonlyMap<string, number>;
  readonly histograms: ReadonlyMap<string, Buckets>;
}

export function readMetrics(text: string): MetricsText {
  const values = new Map<string, number>();
  const histograms = new Map<string, { bounds: number[]; counts: number[] }>();
  for (const line of text.split("\n")) {
    const value = /^([a-z_]+) (\S+)$/.exec(line);
    if (value !== null) values.set(value[1]!, Number(value[2]));
    const bucket = /^([a-z_]+)_bucket\{le="([^"]+)"\} (\d+)$/.exec(line);
    if (bucket === null) continue;
    const buckets = histograms.get(bucket[1]!) ?? { bounds: [], counts: [] };
    buckets.bounds.push(bucket[2] === "+Inf" ? Number.POSITIVE_INFINITY : Number(bucket[2]));
    buckets.counts.push(Number(bucket[3]));
    histograms.set(bucket[1]!, buckets);
  }
  return { values, histograms };
}

/** How much a counter grew. @throws when the server has no such metric: a renamed one must not read as 0 */
export function growth(name: string, before: MetricsText, after: MetricsText): number {
  return known(after.values, name) - known(before.values, name);
}

/**
 * The `part` quantile of a histogram's values between two readings, linear within its bucket (like Prometheus);
 * in the last bucket it is the lower bound. NaN when there were none.
 */
export function quantile(name: string, part: number, before: MetricsText, after: MetricsText): number {
  const { bounds, counts } = known(after.histograms, name);
  const earlier = known(before.histograms, name).counts;
  const grown = counts.map((count, index) => count - earlier[index]!);
  const total = grown.at(-1)!;
  if (total === 0) return Number.NaN;
  const wanted = part * total;
  const index = grown.findIndex((count) => count >= wanted);
  const [lower, below] = index === 0 ? [0, 0] : [bounds[index - 1]!, grown[index - 1]!];
  const upper = bounds[index]!;
  if (upper === Number.POSITIVE_INFINITY) return lower;
  return lower + ((upper - lower) * (wanted - below)) / (grown[index]! - below);
}

function known<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the server has no metric ${name}`);
  return value;
}
