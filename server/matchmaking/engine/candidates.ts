/**
 * Who could share a match with a seed, the nearest in rating first: whoever is free in its bucket, has a window
 * that holds the seed, and stands in the seed's. Bounded: it looks at so many neighbours and no further.
 */
import { type Bucket, walkOutwards } from "./bucket.ts";
import { type Pool, windowOf } from "./pool.ts";

export interface Candidates {
  /** Invariant: the seed is the first. */
  readonly rows: readonly number[];
  readonly players: number;
  /** The least width that everyone's window counts as: see `patience`. */
  readonly patience: number;
}

/** Candidates for every seat of a match: enough to choose among, few enough to search. */
const candidatesPerSeat = 3;
const looksPerCandidate = 4;

/**
 * @param patience a starving seed lends its own window to those it plays with: they are taken as if they had
 * waited as long, or it would have to wait until they have. 0 lends nothing.
 */
export function candidatesOf(pool: Pool, bucket: Bucket, seed: number, patience: number): Candidates {
  const { rating, size, rules } = pool;
  const centre = rating[seed]!;
  const reach = windowOf(pool, seed);
  const countMax = rules.teams * rules.teamSize * candidatesPerSeat;
  const rows = [seed];
  let players = size[seed]!;

  let looksLeft = countMax * looksPerCandidate;
  walkOutwards(bucket, pool, { centre, start: bucket.positions[seed]! }, (row, distance) => {
    if (distance > reach || looksLeft-- === 0) return false;
    if (row === seed || distance > Math.max(windowOf(pool, row), patience)) return true;
    rows.push(row);
    players += size[row]!;
    return rows.length < countMax;
  });
  return { rows, players, patience };
}

/** What the windows of some tickets leave to all of them. */
export interface Span {
  /** The lowest and the highest rating that all of their windows hold. */
  readonly floor: number;
  readonly ceiling: number;
  readonly lowest: number;
  readonly highest: number;
}

export const emptySpan: Span = {
  floor: Number.NEGATIVE_INFINITY,
  ceiling: Number.POSITIVE_INFINITY,
  lowest: Number.POSITIVE_INFINITY,
  highest: Number.NEGATIVE_INFINITY,
};

/** With one more; undefined when the window of one does not hold another. */
export function spanWith(span: Span, pool: Pool, row: number, patience: number): Span | undefined {
  const rating = pool.rating[row]!;
  const width = Math.max(windowOf(pool, row), patience);
  const floor = Math.max(span.floor, rating - width);
  const ceiling = Math.min(span.ceiling, rating + width);
  const lowest = Math.min(span.lowest, rating);
  const highest = Math.max(span.highest, rating);
  return lowest >= floor && highest <= ceiling ? { floor, ceiling, lowest, highest } : undefined;
}

export function areMutual(pool: Pool, rows: readonly number[], patience: number): boolean {
  let span: Span | undefined = emptySpan;
  for (const row of rows) {
    span = spanWith(span, pool, row, patience);
    if (!span) return false;
  }
  return true;
}
