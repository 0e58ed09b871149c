/**
 * Sorts a million numbers without calling back: each is packed with its position into one float, and the
 * floats are sorted natively, some ten times faster than with a comparator. Owns nothing.
 */

/** Whole numbers below this are exact in a float. */
const exactMax = 2 ** 52;

/**
 * Positions of `values` in ascending order; equal values in the order that `before` says, or as they stand.
 * @param before compares two positions of equal value
 */
export function ascending(values: Float64Array, before = (a: number, b: number) => a - b): Uint32Array {
  const count = values.length;
  const stride = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const { least, scale } = spanOf(values, exactMax / stride - 1);
  const packed = new Float64Array(count);
  for (let at = 0; at < count; at++) packed[at] = Math.floor((values[at]! - least) * scale) * stride + at;
  packed.sort();

  const order = new Uint32Array(count);
  for (let rank = 0; rank < count; rank++)
    order[rank] = packed[rank]! - Math.floor(packed[rank]! / stride) * stride;
  settleTies(order, packed, stride, (a, b) => values[a]! - values[b]! || before(a, b));
  return order;
}

function spanOf(values: Float64Array, steps: number): { least: number; scale: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, scale: most > least ? steps / (most - least) : 0 };
}

/** Values that fell on one step are equal, or nearly: those few are compared exactly. */
function settleTies(
  order: Uint32Array,
  packed: Float64Array,
  stride: number,
  compare: (a: number, b: number) => number,
): void {
  let from = 0;
  for (let to = 1; to <= order.length; to++) {
    if (to < order.length && Math.floor(packed[to]! / stride) === Math.floor(packed[from]! / stride))
      continue;
    if (to - from > 1) order.subarray(from, to).set(Array.from(order.subarray(from, to)).sort(compare));
    from = to;
  }
}
