/**
 * Decides whether something keeps growing while a server runs. Memory goes up and down, so only the lowest point of
 * each stretch counts: a leak raises the lowest points one after the other, a cache that fills raises them once.
 * Pure.
 */

export interface Trend {
  /** Lowest point of the first and of the last stretch. */
  readonly from: number;
  readonly to: number;
  /** Growth from the first to the last stretch by the straight line through all lowest points. */
  readonly byTrend: number;
}

/** @param values in order of time @param stretches 2 or more @returns undefined when there are too few values */
export function growthOf(values: readonly number[], stretches: number): Trend | undefined {
  const length = Math.floor(values.length / stretches);
  if (length < 1) return undefined;
  const floors = Array.from({ length: stretches }, (_, at) =>
    Math.min(...values.slice(at * length, at === stretches - 1 ? undefined : (at + 1) * length)),
  );
  return { from: floors[0]!, to: floors.at(-1)!, byTrend: slopeOf(floors) * (stretches - 1) };
}

/** Least squares over 0, 1, 2 … */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const up = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  const down = values.reduce((sum, _value, at) => sum + (at - middle) ** 2, 0);
  return up / down;
}

/**
 * A leak grows by both measures: by the trend, and from the first stretch to the last.
 * @param allowed in the values' unit, over the whole time
 */
export function grows({ from, to, byTrend }: Trend, allowed: number): boolean {
  return byTrend > allowed && to - from > allowed;
}
