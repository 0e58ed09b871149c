/**
 * The tickets that could play one mode in one region, in order of rating, and the walk from one of them to its
 * nearest free neighbours. A ticket may be in several buckets; the pool knows which tickets are free.
 */
import type { Pool } from "./pool.ts";

/** Some of the pool's rows, ascending. */
export interface Lane {
  readonly rows: Uint32Array;
  /** By row of the pool: its position in this lane, or the position that it would have. */
  readonly positions: Uint32Array;
  /** Where to continue from a position: itself while free, later the next that may be free, on either side. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

export interface Bucket extends Lane {
  readonly region: number;
  /** -1 when the queue has no modes. */
  readonly mode: number;
  /**
   * In a queue with roles, a lane per role: tickets of the bucket with a player who is willing to play it. Shortest
   * first, because rarely played roles are the scarce ones.
   */
  readonly roles: readonly RoleLane[];
}

interface RoleLane extends Lane {
  /** Its bit in the pool's `roles`. */
  readonly bit: number;
  /** Seats of this role in a match, over all teams. */
  readonly seats: number;
}

/** In order of mode, then region. */
export function bucketsOf(pool: Pool): Bucket[] {
  const { modes, regions } = pool.rules;
  const wanted = modes ? modes.map((_, mode) => mode) : [-1];
  return wanted.flatMap((mode) => regions.map((_, region) => bucketOf(pool, mode, region)));
}

function bucketOf(pool: Pool, mode: number, region: number): Bucket {
  const fits = (row: number) => {
    const own = pool.mode[row]!;
    return (own < 0 || mode < 0 || own === mode) && ((pool.regions[row]! >>> region) & 1) === 1;
  };
  const { teams, roles = {} } = pool.rules;
  const lanes = Object.keys(roles)
    .sort()
    .map((name, role) => {
      const bit = 1 << role;
      const lane = laneOf(pool, (row) => (pool.roles[row]! & bit) !== 0 && fits(row));
      return { ...lane, bit, seats: teams * roles[name]! };
    });
  lanes.sort((a, b) => a.rows.length - b.rows.length);
  return { region, mode, ...laneOf(pool, fits), roles: lanes };
}

function laneOf(pool: Pool, fits: (row: number) => boolean): Lane {
  const { memory } = pool;
  const found = memory.uint32s(pool.size.length);
  const positions = memory.uint32s(found.length);
  let count = 0;
  for (let row = 0; row < found.length; row++) {
    positions[row] = count;
    if (fits(row)) found[count++] = row;
  }
  const rows = found.subarray(0, count);
  // Position p is stored at p + 1: with a border at each end, a step outwards needs no check.
  const before = memory.int32s(count + 2);
  const after = memory.int32s(count + 2);
  for (let at = 0; at < before.length; at++) before[at] = after[at] = at - 1;
  return { rows, positions, before, after };
}

/**
 * Visits free rows, those nearest to `centre` in rating first (the higher of two at equal distance), until `visit`
 * returns false.
 * @param start the first position with a row of rating `centre` or more
 */
export function walkOutwards(
  lane: Lane,
  pool: Pool,
  { centre, start }: { centre: number; start: number },
  visit: (row: number, distance: number) => boolean,
): void {
  const { rows } = lane;
  let below = freeBefore(lane, pool, start - 1);
  let above = freeAfter(lane, pool, start);
  for (;;) {
    const down = below < 0 ? Number.POSITIVE_INFINITY : centre - pool.rating[rows[below]!]!;
    const up = above >= rows.length ? Number.POSITIVE_INFINITY : pool.rating[rows[above]!]! - centre;
    const upwards = up <= down;
    if (Math.min(up, down) === Number.POSITIVE_INFINITY) return;
    if (!visit(rows[upwards ? above : below]!, upwards ? up : down)) return;
    if (upwards) above = freeAfter(lane, pool, above + 1);
    else below = freeBefore(lane, pool, below - 1);
  }
}

/** The first position with a row of this rating or more; the number of rows when there is none. */
export function positionOf(lane: Lane, pool: Pool, rating: number): number {
  let low = 0;
  let high = lane.rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pool.rating[lane.rows[middle]!]! < rating) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The nearest free position at or below; -1 when there is none. */
function freeBefore(lane: Lane, pool: Pool, position: number): number {
  return freeFrom(lane.before, -1, lane, pool, position);
}

/** The nearest free position at or above; the number of rows when there is none. */
function freeAfter(lane: Lane, pool: Pool, position: number): number {
  return freeFrom(lane.after, 1, lane, pool, position);
}

/** Follows the pointers past taken rows, and shortens the path for the next call (as in union-find). */
function freeFrom(pointers: Int32Array, step: 1 | -1, { rows }: Lane, pool: Pool, from: number): number {
  let at = from;
  for (;;) {
    const next = pointers[at + 1]!;
    if (next !== at) at = next;
    else if (at < 0 || at >= rows.length || pool.gone[rows[at]!] === 0) break;
    else at = pointers[at + 1] = at + step;
  }
  for (let passed = from; passed !== at; ) {
    const next = pointers[passed + 1]!;
    pointers[passed + 1] = at;
    passed = next;
  }
  return at;
}
