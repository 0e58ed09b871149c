/**
 * Sine, cosine and the angle of a vector, equal to the last bit on every machine. The engines' own
 * `Math.sin` and the like may differ; + - * / and sqrt may not (IEEE 754), so the table is made of those alone.
 * Angles are whole numbers, 65536 to a turn. It does not matter whether y grows downwards or upwards.
 */

/** Angle units in a full turn. An angle is any integer; it is taken modulo this. */
export const turn = 65536;

const half = turn / 2;
const quarter = turn / 4;
const eighth = turn / 8;

/** Sine of 0..quarter, both ends included. */
const quarterSine = sineTable();

export function sine(angle: number): number {
  const rest = angle & (quarter - 1);
  switch ((angle >>> 14) & 3) {
    case 0:
      return quarterSine[rest]!;
    case 1:
      return quarterSine[quarter - rest]!;
    // "0 -", not "-": a negative zero would not survive a trip through msgpack
    case 2:
      return 0 - quarterSine[rest]!;
    default:
      return 0 - quarterSine[quarter - rest]!;
  }
}

export function cosine(angle: number): number {
  return sine(angle + quarter);
}

/**
 * The whole angle nearest to the direction of (x, y), 0..65535: like atan2, but with x first and in angle
 * units. A zero vector or NaN gives angle 0.
 */
export function angleOf(x: number, y: number): number {
  const length = Math.sqrt(x * x + y * y);
  if (!(length > 0)) return 0;
  const absX = Math.abs(x);
  const absY = Math.abs(y);
  const within = nearestIndex(Math.min(absX, absY) / length);
  const inQuarter = absY <= absX ? within : quarter - within;
  const inHalf = x < 0 ? half - inQuarter : inQuarter;
  return (y < 0 ? turn - inHalf : inHalf) & (turn - 1);
}

/** Index into the first eighth of the table whose sine is nearest to `value`. */
function nearestIndex(value: number): number {
  let low = 0;
  let high = eighth;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (quarterSine[middle]! < value) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && value - quarterSine[low - 1]! < quarterSine[low]! - value) return low - 1;
  return low;
}

function sineTable(): Float64Array {
  const table = new Float64Array(quarter + 1);
  const unit = Math.PI / half;
  for (let angle = 0; angle <= quarter; angle++) {
    table[angle] = angle <= eighth ? sineSeries(angle * unit) : cosineSeries((quarter - angle) * unit);
  }
  return table;
}

/** Taylor series for 0..pi/4; the first term left out is (pi/4)^17 / 17! < 5e-17. */
function sineSeries(x: number): number {
  const s = x * x;
  const tail = 1 - (s / 72) * (1 - (s / 110) * (1 - (s / 156) * (1 - s / 210)));
  return x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * tail)));
}

/** Taylor series for 0..pi/4; the first term left out is (pi/4)^18 / 18! < 3e-18. */
function cosineSeries(x: number): number {
  const s = x * x;
  const tail = 1 - (s / 90) * (1 - (s / 132) * (1 - (s / 182) * (1 - s / 240)));
  return 1 - (s / 2) * (1 - (s / 12) * (1 - (s / 30) * (1 - (s / 56) * tail)));
}
