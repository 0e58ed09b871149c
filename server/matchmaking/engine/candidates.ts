/**
 * Tickets that could share a match with a seed, nearest in rating first: those that are free in its bucket, have a
 * window that holds the seed, and lie in the seed's window. In a queue with roles the nearest of each role are taken,
 * or a rarely played role would never be among them. The number of neighbours looked at is bounded.
 */
import { type Bucket, type Lane, walkOutwards } from "./bucket.ts";
import type { Pool } from "./pool.ts";

export interface Candidates {
  /** Invariant: the seed is the first. */
  readonly rows: readonly number[];
  /** The least width that everyone's window counts as (see `patience`). */
  readonly patience: number;
}

/** Candidates per seat of a match: enough to choose from, few enough to search. */
const candidatesPerSeat = 3;
const looksPerCandidate = 4;

interface Around {
  readonly seed: number;
  /**
   * A starving seed lends its own window to its candidates: they count as if they had waited as long, or the seed
   * would have to wait until they have. 0 lends nothing.
   */
  readonly patience: number;
  /** Return undefined when there are too few for all seats. Enough candidates do not guarantee a valid line-up. */
  readonly forAllSeats: boolean;
}

export function candidatesOf(pool: Pool, bucket: Bucket, around: Around): Candidates | undefined {
  const { teams, teamSize, roles } = pool.rules;
  const { seed, patience } = around;
  if (!roles) {
    const wanted = { ...around, seats: teams * teamSize, players: pool.size[seed]! };
    const rows = nearest(pool, bucket, wanted);
    return rows && { rows: [seed, ...rows], patience };
  }
  const others = new Set<number>();
  for (const lane of bucket.roles) {
    const players = (pool.roles[seed]! & lane.bit) === 0 ? 0 : pool.size[seed]!;
    const rows = nearest(pool, lane, { ...around, seats: lane.seats, players });
    if (!rows) return undefined;
    for (const row of rows) others.add(row);
  }
  const distance = (row: number) => Math.abs(pool.rating[row]! - pool.rating[seed]!);
  // The higher of two at equal distance first, as in the walk.
  const rows = [...others].sort((a, b) => distance(a) - distance(b) || b - a);
  return { rows: [seed, ...rows], patience };
}

interface WantedPlayers extends Around {
  readonly seats: number;
  /** Players for it in the seed's own ticket. */
  readonly players: number;
}

/** The nearest candidates, without the seed. */
function nearest(pool: Pool, lane: Lane, wanted: WantedPlayers): number[] | undefined {
  const { seed, patience, seats } = wanted;
  const { rating, size, window } = pool;
  const centre = rating[seed]!;
  const reach = window[seed]!;
  const countMax = seats * candidatesPerSeat;
  const rows: number[] = [];
  let { players } = wanted;
  let looksLeft = countMax * looksPerCandidate;
  walkOutwards(lane, pool, { centre, start: lane.positions[seed]! }, (row, distance) => {
    if (distance > reach || looksLeft-- === 0) return false;
    if (row === seed || distance > Math.max(window[row]!, patience)) return true;
    rows.push(row);
    players += size[row]!;
    return rows.length + 1 < countMax;
  });
  return wanted.forAllSeats && players < seats ? undefined : rows;
}

/** The rating range that the windows of some tickets have in common. */
export interface RatingSpan {
  /** The lowest and the highest rating that all of their windows hold. */
  readonly floor: number;
  readonly ceiling: number;
  readonly lowest: number;
  readonly highest: number;
}

export const emptySpan: RatingSpan = {
  floor: Number.NEGATIVE_INFINITY,
  ceiling: Number.POSITIVE_INFINITY,
  lowest: Number.POSITIVE_INFINITY,
  highest: Number.NEGATIVE_INFINITY,
};

/** The span with one more ticket; undefined when the window of one does not hold another. */
export function spanWith(
  span: RatingSpan,
  pool: Pool,
  row: number,
  patience: number,
): RatingSpan | undefined {
  const rating = pool.rating[row]!;
  const width = Math.max(pool.window[row]!, patience);
  const floor = Math.max(span.floor, rating - width);
  const ceiling = Math.min(span.ceiling, rating + width);
  const lowest = Math.min(span.lowest, rating);
  const highest = Math.max(span.highest, rating);
  return lowest >= floor && highest <= ceiling ? { floor, ceiling, lowest, highest } : undefined;
}

export function areMutual(pool: Pool, rows: readonly number[], patience: number): boolean {
  let span: RatingSpan | undefined = emptySpan;
  for (const row of rows) {
    span = spanWith(span, pool, row, patience);
    if (!span) return false;
  }
  return true;
}
