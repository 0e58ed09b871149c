/**
 * Checks that bytes are one msgpack value of plain data, before a decoder that trusts lengths and extensions sees
 * them. Plain are null, undefined, booleans, numbers, texts, bytes, dates, lists, and objects with text keys. It
 * creates no value and allocates nothing. The SDK also writes objects as records: the first object of a shape gives
 * the keys and a number, and later ones refer to the number.
 */

/** How deeply lists and objects may be nested. */
const depthMax = 16;
/** Shapes that one value may define, because the decoder may compile a reader for each. */
const shapesMax = 16;
const none = -1;

/** How many keys each numbered shape of the current value has; -1 for an undefined one. */
const keysOf = new Int16Array(64);
let shapes = 0;

/** @param start of the value, which must end where `bytes` end */
export function isPlainMsgpack(bytes: Uint8Array, start: number): boolean {
  keysOf.fill(none);
  shapes = 0;
  return valueEnd(bytes, start, 0) === bytes.length;
}

/** Bytes after the first byte, for values from 0xc0 to 0xdf of fixed size. */
const fixedBytes: Readonly<Record<number, number>> = {
  ...{ 192: 0, 194: 0, 195: 0 },
  ...{ 202: 4, 203: 8 },
  ...{ 204: 1, 205: 2, 206: 4, 207: 8 },
  ...{ 208: 1, 209: 2, 210: 4, 211: 8 },
};

/** @returns where the value at `at` ends, or -1 */
function valueEnd(bytes: Uint8Array, at: number, depth: number): number {
  const first = bytes[at];
  if (first === undefined || depth > depthMax) return none;
  if (first < 0x40 || first >= 0xe0) return at + 1;
  // The number of a shape or, when that shape is not defined, just a number.
  if (first < 0x80) return listEnd(bytes, at + 1, Math.max(0, keysOf[first & 0x3f]!), depth);
  if (first < 0x90) return objectEnd(bytes, at + 1, first & 0x0f, depth);
  if (first < 0xa0) return listEnd(bytes, at + 1, first & 0x0f, depth);
  if (first < 0xc0) return bytesEnd(bytes, at + 1, first & 0x1f);
  const fixed = fixedBytes[first];
  if (fixed !== undefined) return bytesEnd(bytes, at + 1, fixed);
  switch (first) {
    case 0xc4:
    case 0xd9:
      return sizedEnd(bytes, at + 1, 1);
    case 0xc5:
    case 0xda:
      return sizedEnd(bytes, at + 1, 2);
    case 0xdc:
      return listEnd(bytes, at + 3, uint(bytes, at + 1, 2), depth);
    case 0xde:
      return objectEnd(bytes, at + 3, uint(bytes, at + 1, 2), depth);
    default:
      return extensionEnd(bytes, at, depth);
  }
}

/** Lengths of four bytes are never accepted: such a value is longer than a message may be. */
function sizedEnd(bytes: Uint8Array, at: number, sizeBytes: 1 | 2): number {
  const size = uint(bytes, at, sizeBytes);
  return size === none ? none : bytesEnd(bytes, at + sizeBytes, size);
}

function bytesEnd(bytes: Uint8Array, at: number, size: number): number {
  return at + size <= bytes.length ? at + size : none;
}

function uint(bytes: Uint8Array, at: number, sizeBytes: 1 | 2): number {
  if (at + sizeBytes > bytes.length) return none;
  return sizeBytes === 1 ? bytes[at]! : bytes[at]! * 256 + bytes[at + 1]!;
}

/** Stops at the first missing item, so a false item count costs nothing. */
function listEnd(bytes: Uint8Array, start: number, items: number, depth: number): number {
  let at = items === none ? none : start;
  for (let i = 0; i < items && at !== none; i++) at = valueEnd(bytes, at, depth + 1);
  return at;
}

function objectEnd(bytes: Uint8Array, start: number, items: number, depth: number): number {
  let at = items === none ? none : start;
  for (let i = 0; i < items && at !== none; i++) {
    at = isText(bytes[at]) ? valueEnd(bytes, at, depth) : none;
    if (at !== none) at = valueEnd(bytes, at, depth + 1);
  }
  return at;
}

function isText(first: number | undefined): boolean {
  return first !== undefined && ((first >= 0xa0 && first < 0xc0) || first === 0xd9 || first === 0xda);
}

/** A record definition: the shape's number, its keys, and the values of its first object. */
function recordEnd(bytes: Uint8Array, at: number, depth: number): number {
  const number = bytes[at + 2];
  shapes += 1;
  if (number === undefined || number < 0x40 || number >= 0x80 || shapes > shapesMax) return none;
  const first = bytes[at + 3] ?? 0;
  const short = first >= 0x90 && first < 0xa0;
  const keys = short ? first & 0x0f : first === 0xdc ? uint(bytes, at + 4, 2) : none;
  let end = keys === none ? none : at + (short ? 4 : 6);
  for (let i = 0; i < keys && end !== none; i++)
    end = isText(bytes[end]) ? valueEnd(bytes, end, depth) : none;
  if (end === none) return none;
  keysOf[number & 0x3f] = keys;
  return listEnd(bytes, end, keys, depth);
}

/** The only extensions accepted are records, undefined (type 0) and the three lengths of a date (type -1). */
function extensionEnd(bytes: Uint8Array, at: number, depth: number): number {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first === 0xd4 && second === 0x72) return recordEnd(bytes, at, depth);
  if (first === 0xd4 && second === 0) return bytesEnd(bytes, at, 3);
  if (first === 0xd6 && second === 0xff) return bytesEnd(bytes, at, 6);
  if (first === 0xd7 && second === 0xff) return bytesEnd(bytes, at, 10);
  if (first === 0xc7 && second === 12 && bytes[at + 2] === 0xff) return bytesEnd(bytes, at, 15);
  return none;
}
