/**
 * The tickets that could play one mode in one region, in order of rating, and the walk from one of them to its
 * nearest free neighbours. A ticket may stand in several buckets; who is free is in the pool.
 */
import type { Pool } from "./pool.ts";

/** Some of the pool's rows, ascending. */
export interface Lane {
  readonly rows: Uint32Array;
  /** By row of the pool: at which position it stands here, or would stand. */
  readonly positions: Uint32Array;
  /** Where to look on from a position: itself while free, later the next that may be free, on either side. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

export interface Bucket extends Lane {
  readonly region: number;
  /** -1: the queue has no modes. */
  readonly mode: number;
  /**
   * In a queue with roles, for each: those of the bucket who are willing to play it, or who bring one who is.
   * In order of length: what few play is what is lacking, and seen first.
   */
  readonly roles: readonly RoleLane[];
}

interface RoleLane extends Lane {
  /** Its bit in the pool's `roles`. */
  readonly bit: number;
  /** Of this role in a match, all teams together. */
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
  // A border on each end, so that a step outwards needs no check: position p is kept at p + 1.
  const before = memory.int32s(count + 2);
  const after = memory.int32s(count + 2);
  for (let at = 0; at < before.length; at++) before[at] = after[at] = at - 1;
  return { rows, positions, before, after };
}

/**
 * Free rows, the nearest to `centre` in rating first (of two as near the higher), until `visit` says false.
 * @param start the first position at which a row of rating `centre` or more stands
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

/** The first position at which a row of this rating or more stands; the number of rows: none does. */
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

/** The nearest free position at or below; -1: none. */
function freeBefore(lane: Lane, pool: Pool, position: number): number {
  return freeFrom(lane.before, -1, lane, pool, position);
}

/** The nearest free position at or above; the number of rows: none. */
function freeAfter(lane: Lane, pool: Pool, position: number): number {
  return freeFrom(lane.after, 1, lane, pool, position);
}

/** Follows the pointers past those who are gone, and shortens the way for the next (as in union-find). */
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
