/**
 * Ranges of addresses as operators write them: one address, or a network in CIDR notation. An IPv6 address alone
 * means its /64, because one caller has all of it. Pure; it knows no bans. Node's BlockList tells whether a range has an
 * address, but not which ranges have it, nor one text for each: both are keys of stored rows. So they are parsed here.
 */
import { isIP, isIPv6 } from "node:net";

/** The network of one household or one rented server. */
const ipv6Prefix = 64;
/** The start of an IPv6 address that is really an IPv4 address. */
const mappedPrefix = 0xffffn;

interface Address {
  /** 32 or 128. */
  readonly bits: number;
  readonly value: bigint;
}

/** @returns the range in its stored form, like `192.0.2.0/24` or `2001:db8:0:0:0:0:0:0/48`; undefined: not a range */
export function addressRange(written: string): string | undefined {
  const [address = "", prefix, ...more] = written.trim().split("/");
  const parsed = parsedAddress(address);
  if (parsed === undefined || more.length > 0) return undefined;
  const whole = parsed.bits === 32 ? 32 : ipv6Prefix;
  if (prefix === undefined) return rangeOf(parsed, whole);
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= parsed.bits
    ? rangeOf(parsed, Number(prefix))
    : undefined;
}

/** Every range that contains the address, the smallest first, in the form of `addressRange`. */
export function rangesOf(address: string): readonly string[] {
  const parsed = parsedAddress(address);
  if (parsed === undefined) return [];
  return Array.from({ length: parsed.bits + 1 }, (_, at) => rangeOf(parsed, parsed.bits - at));
}

function rangeOf({ bits, value }: Address, prefix: number): string {
  const shift = BigInt(bits - prefix);
  const network = (value >> shift) << shift;
  const [count, groupBits, base, between] = bits === 32 ? [4, 8n, 10, "."] : [8, 16n, 16, ":"];
  const groups = Array.from({ length: count }, (_, at) => {
    const right = groupBits * BigInt(count - 1 - at);
    return ((network >> right) & ((1n << groupBits) - 1n)).toString(base);
  });
  return `${groups.join(between)}/${prefix}`;
}

function parsedAddress(written: string): Address | undefined {
  if (isIP(written) === 0) return undefined;
  if (!isIPv6(written)) return { bits: 32, value: joined(written.split(".").map(Number), 8n) };
  const value = joined(groupsOf(written), 16n);
  return value >> 32n === mappedPrefix ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("%", 1)[0]!.split("::", 2);
  const [left, right] = [numbersIn(head), numbersIn(tail ?? "")];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function numbersIn(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function joined(groups: readonly number[], bits: bigint): bigint {
  return groups.reduce((value, group) => (value << bits) | BigInt(group), 0n);
}
