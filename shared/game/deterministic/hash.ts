/**
 * `hashPlain`: a 64-bit fingerprint of plain data, to tell two Worlds (or two Views) apart. Equal content
 * gives equal text, whatever the order of the keys and whatever codec it went through. It is not a defence
 * against someone who searches for collisions. It runs in a browser too.
 */

/** Data that is deeper than this counts as a cycle. */
const depthMax = 64;

/** Limit of remembered key hashes. They are remembered because the same few field names occur again and again. */
const rememberedKeysMax = 4096;

const tag = { string: 1, whole: 2, fraction: 3, true: 4, false: 5, null: 6, array: 7, object: 8 } as const;

/** Thrown inside the fast walk; only then is the path searched for. */
const notPlain = new Error("not plain");

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
// Finds the machine's byte order, which the hash must not depend on. The low word of 1.0 is zero.
double[0] = 1;
const lowWord = words[0] === 0 ? 0 : 1;

/** The two lanes of the value that is being hashed. */
let laneA = 0;
let laneB = 0;

const rememberedKeys = new Map<string, { readonly a: number; readonly b: number }>();

/**
 * 16 hexadecimal digits. Takes null, booleans, finite numbers (-0 counts as 0), strings, arrays and plain
 * objects of those.
 * @throws Error naming the path of the first thing that is none of these
 */
export function hashPlain(value: unknown): string {
  laneA = 0;
  laneB = 0;
  try {
    hashValue(value, 0);
  } catch (error) {
    if (error !== notPlain) throw error;
    throw new Error(`cannot hash: ${firstFault(value, "$", 0) ?? "changed while it was hashed"}`);
  }
  return hex(laneA) + hex(laneB);
}

/**
 * Leaves the hash of `value` in the lanes. It continues from what is in them: in a list the hash of the items before
 * it, in an object that of its key.
 */
function hashValue(value: unknown, depth: number): void {
  if (typeof value === "number") hashNumber(value);
  else if (typeof value === "string") hashString(value);
  else if (typeof value === "boolean") absorb(value ? tag.true : tag.false);
  else if (value === null) absorb(tag.null);
  else if (typeof value !== "object" || depth > depthMax) throw notPlain;
  else if (Array.isArray(value)) hashArray(value, depth);
  else hashObject(value as Record<string, unknown>, depth);
  finish();
}

function hashNumber(value: number): void {
  const whole = value | 0;
  if (whole === value) {
    // -0 comes through here as 0
    absorb(tag.whole);
    absorb(whole);
    return;
  }
  if (value - value !== 0) throw notPlain; // NaN and the infinities
  absorb(tag.fraction);
  double[0] = value;
  absorb(words[lowWord]!);
  absorb(words[1 - lowWord]!);
}

function hashString(text: string): void {
  absorb(tag.string);
  absorb(text.length);
  for (let index = 0; index < text.length; index++) absorb(text.charCodeAt(index));
}

function hashArray(list: readonly unknown[], depth: number): void {
  absorb(tag.array);
  absorb(list.length);
  for (let index = 0; index < list.length; index++) hashValue(list[index], depth + 1);
}

/** The entries' hashes are added up: a sum does not depend on their order, and sorting would cost more. */
function hashObject(object: Record<string, unknown>, depth: number): void {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw notPlain;
  const beforeA = laneA;
  const beforeB = laneB;
  const keys = Object.keys(object);
  let sumA = 0;
  let sumB = 0;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    startFromKey(key);
    hashValue(object[key], depth + 1);
    sumA = (sumA + laneA) | 0;
    sumB = (sumB + laneB) | 0;
  }
  laneA = beforeA;
  laneB = beforeB;
  absorb(tag.object);
  absorb(keys.length);
  absorb(sumA);
  absorb(sumB);
}

function startFromKey(key: string): void {
  const known = rememberedKeys.get(key);
  if (known !== undefined) {
    laneA = known.a;
    laneB = known.b;
    return;
  }
  laneA = 0;
  laneB = 0;
  // msgpack renames this key, so a World would change on its way through a snapshot.
  if (key === "__proto__") throw notPlain;
  hashString(key);
  finish();
  if (rememberedKeys.size < rememberedKeysMax) rememberedKeys.set(key, { a: laneA, b: laneB });
}

/** Mixes one 32-bit word into both lanes, in two ways, so that the lanes do not collide together. */
function absorb(word: number): void {
  const a = Math.imul(laneA ^ word, 0x21f0aaad);
  laneA = a ^ (a >>> 15);
  const b = Math.imul(laneB + word, 0x735a2d97);
  laneB = (b << 13) | (b >>> 19);
}

/** Every bit of the lanes comes to depend on every other one. */
function finish(): void {
  let a = laneA ^ (laneB >>> 7);
  a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  a = Math.imul(a ^ (a >>> 15), 0x735a2d97);
  a ^= a >>> 15;
  let b = laneB ^ a;
  b = Math.imul(b ^ (b >>> 16), 0x735a2d97);
  b = Math.imul(b ^ (b >>> 15), 0x21f0aaad);
  laneA = a;
  laneB = b ^ (b >>> 15);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}

/** The slow walk for the message: what is wrong, and where. */
function firstFault(value: unknown, path: string, depth: number): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== "object") return `${path} is ${typeof value}`;
  if (depth > depthMax) return `${path} lies deeper than ${depthMax} levels (a cycle?)`;
  const list = Array.isArray(value);
  const prototype = Object.getPrototypeOf(value);
  if (!list && prototype !== Object.prototype && prototype !== null) {
    return `${path} is a ${prototype.constructor?.name ?? "class instance"}, not a plain object`;
  }
  for (const key of list ? Array.from(value.keys()) : Object.keys(value)) {
    if (key === "__proto__") return `${path} has a key __proto__, which no snapshot can carry`;
    const fault = firstFault(Reflect.get(value, key), list ? `${path}[${key}]` : `${path}.${key}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
