/**
 * Fields that are one value. Each says how it is packed, and what a client will read of any value that `see` may give:
 * a number beyond the range of its field is taken to the nearest end, where the schema package would turn 300 into 44
 * and -1 into 255. What is no value of the kind at all is an error that names the field.
 */
import {
  type DirectWire,
  type FieldKind,
  kindOf,
  type QuantizedWire,
  type Scalar,
  type Wrapped,
} from "./kind.ts";

/** A number of a kind that cannot stand in a list or a map by itself. */
type PackedNumber = FieldKind<number, number, number, Wrapped<number>>;
type Whole = FieldKind<number, number>;

export const u8 = wholeAs("uint8", 0, 0xff);
export const u16 = wholeAs("uint16", 0, 0xffff);
export const u32 = wholeAs("uint32", 0, 0xffff_ffff);
export const i8 = wholeAs("int8", -0x80, 0x7f);
export const i16 = wholeAs("int16", -0x8000, 0x7fff);
export const i32 = wholeAs("int32", -0x8000_0000, 0x7fff_ffff);

/** What is no finite number of 32 bits is shown as 0. */
export const f32 = floatAs("float32", Math.fround);
/** What is no finite number is shown as 0. */
export const f64 = floatAs("float64", (value) => value);

export const bool = plain<boolean>("boolean", false, (seen, where) =>
  typeof seen === "boolean" ? seen : refuse(where, seen, "true or false"),
);

/** Half of a surrogate pair is shown as U+FFFD: the schema package would write bytes that nobody can read. */
export const text = plain<string>("string", "", (seen, where) =>
  typeof seen === "string" ? seen.toWellFormed() : refuse(where, seen, "a text"),
);

/** One of some words. It is a text on the wire; the first one is what a client reads before it has been told. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  ...words: Words
): FieldKind<Words[number], Words[number]> {
  const known = new Set<unknown>(words);
  const expected = `one of ${words.join(", ")}`;
  return plain<Words[number]>("string", words[0], (seen, where) =>
    known.has(seen) ? (seen as Words[number]) : refuse(where, seen, expected),
  );
}

/** A whole number of a range, in the fewest bytes that hold it. */
export function whole(min: number, max: number): Whole {
  for (const [wire, lowest, highest] of wholeWires)
    if (min >= lowest && max <= highest && min <= max) return wholeAs(wire, min, max);
  throw new RangeError(`whole(${min}, ${max}): a range within -2147483648..2147483647 or 0..4294967295`);
}

const wholeWires = [
  ["uint8", 0, 0xff],
  ["int8", -0x80, 0x7f],
  ["uint16", 0, 0xffff],
  ["int16", -0x8000, 0x7fff],
  ["uint32", 0, 0xffff_ffff],
  ["int32", -0x8000_0000, 0x7fff_ffff],
] as const;

/**
 * A number between `min` and `max` in 8, 16 or 32 bits, rounded to the nearest of the values that these can tell apart.
 * With `wrap` both ends are the same point, as with an angle.
 */
export function fixed(range: { min: number; max: number; bits?: 8 | 16 | 32; wrap?: boolean }): PackedNumber {
  const { min, max, bits = 16, wrap = false } = range;
  if (!(max > min) || !Number.isFinite(max - min))
    throw new RangeError(`fixed: ${min} to ${max} is no range`);
  const steps = 2 ** bits;
  // As the schema package counts them: a symmetric range leaves one out, so that zero is among them.
  const span = wrap ? steps : min === -max ? steps - 2 : steps - 1;
  const nearest = (value: number) => {
    const part = wrap
      ? (((value - min) % (max - min)) + (max - min)) % (max - min)
      : within(value, min, max) - min;
    const step = Math.floor((part / (max - min)) * span + 0.5);
    return min + ((wrap ? step % steps : step) / span) * (max - min);
  };
  return packed({ min, max, bits, mode: wrap ? "wrap" : "clamp" }, { nearest, top: max, turns: wrap });
}

/** A number on a grid whose step is a power of two (1/16, 0.5, 4): it comes out exactly as it was. From `min` on. */
export function grid(
  step: number,
  { min = 0, bits = 16 }: { min?: number; bits?: 8 | 16 | 32 } = {},
): PackedNumber {
  if (!isPowerOfTwo(step) || !Number.isInteger(min / step))
    throw new RangeError(`grid(${step}): a step that is a power of two, and a min on the grid`);
  const max = min + step * 2 ** bits;
  const top = max - step;
  const nearest = (value: number) => within(min + Math.floor((value - min) / step + 0.5) * step, min, top);
  // The only mode in which a step of the schema package is one of ours. Nothing wraps: it never gets more than the top.
  return packed({ min, max, bits, mode: "wrap" }, { nearest, top, turns: false });
}

function wholeAs(wire: DirectWire, min: number, max: number): Whole {
  const none = within(0, min, max);
  const exact = (seen: unknown, where: string) => {
    if (typeof seen !== "number") return refuse(where, seen, "a number");
    if (seen >= min && seen <= max) return Math.round(seen) + 0;
    return seen > max ? max : seen < min ? min : none;
  };
  return kindOf({ is: "scalar", wire, empty: none, range: { min, max }, exact, toSet: exact });
}

function floatAs(wire: DirectWire, rounded: (value: number) => number): Whole {
  return plain<number>(wire, 0, (seen, where) => {
    if (typeof seen !== "number") return refuse(where, seen, "a number");
    const value = rounded(seen);
    return Number.isFinite(value) ? value + 0 : 0;
  });
}

function plain<Value extends Scalar>(
  wire: DirectWire,
  empty: Value,
  exact: (seen: unknown, where: string) => Value,
): FieldKind<Value, Value> {
  return kindOf({ is: "scalar", wire, empty, exact, toSet: exact });
}

interface PackedRules {
  readonly nearest: (value: number) => number;
  /** The largest value that the setter of the schema takes for what it is. */
  readonly top: number;
  /** Both ends are one point: then infinity is nowhere. */
  readonly turns: boolean;
}

function packed(wire: QuantizedWire, { nearest, top, turns }: PackedRules): PackedNumber {
  const { min } = wire;
  const none = nearest(within(0, min, top));
  const number = (seen: unknown, where: string) =>
    typeof seen === "number" ? seen : refuse(where, seen, "a number");
  const isSomewhere = (value: number) => Number.isFinite(value) || (!turns && !Number.isNaN(value));
  return kindOf({
    is: "scalar",
    wire,
    empty: none,
    exact: (seen, where) => {
      const value = number(seen, where);
      return isSomewhere(value) ? nearest(value) + 0 : none;
    },
    toSet: (seen, where) => {
      const value = number(seen, where);
      if (value >= min && value <= top) return value;
      return isSomewhere(value) ? nearest(value) : none;
    },
  });
}

/** NaN becomes `min`. */
function within(value: number, min: number, max: number): number {
  return value >= min ? Math.min(value, max) : min;
}

function isPowerOfTwo(step: number): boolean {
  return step > 0 && Number.isInteger(Math.log2(step)) && 2 ** Math.log2(step) === step;
}

/** @throws TypeError always */
export function refuse(where: string, seen: unknown, expected: string): never {
  const given = seen !== null && typeof seen === "object" ? "an object" : JSON.stringify(seen);
  throw new TypeError(`${where} is ${given ?? String(seen)}, not ${expected}`);
}
