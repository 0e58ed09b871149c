/**
 * Sorts a million numbers without callbacks: each is rounded to a 32-bit integer, these are sorted by their digits,
 * and only the few equal ones are compared. Owns nothing.
 */
import type { Memory } from "./memory.ts";

/** Fewer values are compared directly: counting digits is not worth it. */
const fewMax = 256;
const keyMax = 2 ** 32 - 1;
/** Three digits of 11 bits: the counts of one digit fit into the nearest cache. */
const digitBits = 11;
const digits = 3;
const digitMask = 2 ** digitBits - 1;

/**
 * Positions of `values` in ascending order; equal values in the order given by `before`, or in input order.
 * @param before compares two positions of equal value
 */
export function ascending(
  values: Float64Array,
  memory: Memory,
  before = (a: number, b: number) => a - b,
): Uint32Array {
  const compare = (a: number, b: number) => values[a]! - values[b]! || before(a, b);
  if (values.length < fewMax) return positionsUpTo(values.length, memory).sort(compare);
  const sorted = dealtByDigits(keysOf(values, memory), memory);
  settleTies(sorted, compare);
  return sorted.positions;
}

interface Sorted {
  readonly keys: Uint32Array;
  readonly positions: Uint32Array;
}

/** Keys from 0 for the least to `keyMax` for the greatest value, in the same order as the values. */
function keysOf(values: Float64Array, memory: Memory): Uint32Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at++) {
    least = Math.min(least, values[at]!);
    most = Math.max(most, values[at]!);
  }
  const scale = most > least ? keyMax / (most - least) : 0;
  const keys = memory.uint32s(values.length);
  for (let at = 0; at < values.length; at++) keys[at] = Math.min(keyMax, (values[at]! - least) * scale);
  return keys;
}

/** Sorts from the last digit to the first, each time keeping the previous order (LSD radix sort). */
function dealtByDigits(unsorted: Uint32Array, memory: Memory): Sorted {
  const count = unsorted.length;
  let from: Sorted = { keys: unsorted, positions: positionsUpTo(count, memory) };
  let to: Sorted = { keys: memory.uint32s(count), positions: memory.uint32s(count) };
  const starts = new Uint32Array(digitMask + 2);
  for (let digit = 0; digit < digits; digit++) {
    const shift = digit * digitBits;
    starts.fill(0);
    for (let at = 0; at < count; at++) starts[((from.keys[at]! >>> shift) & digitMask) + 1]! += 1;
    for (let value = 1; value < starts.length; value++) starts[value]! += starts[value - 1]!;
    for (let at = 0; at < count; at++) {
      const key = from.keys[at]!;
      const place = starts[(key >>> shift) & digitMask]!++;
      to.keys[place] = key;
      to.positions[place] = from.positions[at]!;
    }
    [from, to] = [to, from];
  }
  return from;
}

function positionsUpTo(count: number, memory: Memory): Uint32Array {
  const positions = memory.uint32s(count);
  for (let at = 0; at < count; at++) positions[at] = at;
  return positions;
}

/**
 * Values with equal keys are equal, or nearly: these are compared exactly. They are mostly in order already (all new
 * players have the same rating), which is checked first, or a crowd would be sorted for nothing.
 */
function settleTies({ keys, positions }: Sorted, compare: (a: number, b: number) => number): void {
  let from = 0;
  for (let to = 1; to <= keys.length; to++) {
    if (to < keys.length && keys[to] === keys[from]) continue;
    if (to - from > 1) settle(positions.subarray(from, to), compare);
    from = to;
  }
}

function settle(tied: Uint32Array, compare: (a: number, b: number) => number): void {
  if (!isInOrder(tied, compare)) tied.set(Array.from(tied).sort(compare));
}

function isInOrder(positions: Uint32Array, compare: (a: number, b: number) => number): boolean {
  for (let at = 1; at < positions.length; at++)
    if (compare(positions[at - 1]!, positions[at]!) > 0) return false;
  return true;
}
