/** Percentiles by nearest rank: always a measured value, never an interpolated one. */

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Rounded to a tenth; all 0 without values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return { p50: tenths(rank(sorted, 0.5)), p99: tenths(rank(sorted, 0.99)), max: tenths(sorted.at(-1) ?? 0) };
}

/** @param sorted ascending @param part 0..1 */
export function rank(sorted: ArrayLike<number>, part: number): number {
  if (sorted.length === 0) return 0;
  const index = Math.ceil(part * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))]!;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
