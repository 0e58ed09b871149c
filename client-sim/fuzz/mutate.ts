/**
 * Turns valid bytes into nearly valid ones: by flips, cuts, repeats, splices and wrong lengths.
 * Pure; the dice decide.
 */
import type { Dice } from "./dice.ts";

/** Longer than anything that a client may send, so that the limit itself is tried. */
const mutatedBytesMax = 8 * 1024;

/** Numbers at the edges of the wire's types. */
const edges = [0x00, 0x01, 0x7f, 0x80, 0xc1, 0xd4, 0xdc, 0xfe, 0xff];

/** @param others messages to splice with @returns a new buffer, never empty */
export function mutated(bytes: Buffer, others: readonly Buffer[], dice: Dice): Buffer {
  let now: Buffer = Buffer.from(bytes);
  for (let times = 1 + dice.below(3); times > 0; times--) now = once(now, others, dice);
  return now.length === 0 ? dice.bytes(1) : now.subarray(0, mutatedBytesMax);
}

function once(bytes: Buffer, others: readonly Buffer[], dice: Dice): Buffer {
  const at = dice.below(bytes.length + 1);
  switch (dice.below(7)) {
    case 0:
      return set(bytes, at, (bytes[at] ?? 0) ^ (1 << dice.below(8)));
    case 1:
      return set(bytes, at, dice.pick(edges));
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(16)), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes, ...Array<Buffer>(1 + dice.below(32)).fill(bytes.subarray(at))]);
    case 5: {
      const other = dice.pick(others);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(dice.below(other.length + 1))]);
    }
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(8))]);
  }
}

function set(bytes: Buffer, at: number, value: number): Buffer {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}
