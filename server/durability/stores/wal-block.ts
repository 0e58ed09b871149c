/**
 * The bytes of the write-ahead log. One append is one block; a block is a header and entries, little-endian:
 *
 *   block                                            entry
 *   offset size field                                offset size field
 *        0    4 magic "HFB1" (1 is the version)           0    4 crc32 of bytes 4 to the end of the id
 *        4    4 salt, random per data directory           4    4 epoch, uint32
 *        8    4 number of the segment                     8    4 tick, uint32
 *       12    4 body length in bytes                     12    4 record length in bytes
 *       16    8 sequence, uint64                         16    1 id length in bytes
 *       24    4 crc32 of bytes 0-23, then the body       17    . match id, utf8
 *       28    . body: entries without a gap               .    . framed record (format.ts)
 *
 * A block is valid when magic, salt, segment and checksum fit. The segment's number tells it from the stale blocks of
 * a recycled file; the salt keeps a client from forging a block inside an input. Sequences grow by one from block to
 * block forever, so a lost block is noticed. An entry's head has its own checksum: a bit flip in one record costs
 * that record, not the block. Chunks in lmdb are entries, too.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";

export const blockHeaderBytes = 28;
export const idBytesMax = 255;

const entryHeadBytes = 17;
const magic = 0x3142_4648;

export interface WalEntry {
  readonly id: Uint8Array;
  readonly epoch: number;
  readonly tick: number;
  readonly record: Uint8Array;
}

export interface BlockPlace {
  readonly salt: number;
  readonly segment: number;
}

/** `start` and `end` are those of the body. */
export interface Block extends Span {
  readonly sequence: number;
  readonly offset: number;
}

export function entryBytes(entry: WalEntry): number {
  return entryHeadBytes + entry.id.length + entry.record.length;
}

/** Writes at `offset` and returns where the entry ends. */
export function writeEntry(into: Buffer, offset: number, entry: WalEntry): number {
  assert(entry.id.length > 0 && entry.id.length <= idBytesMax, `match id of ${entry.id.length} bytes`);
  const idEnd = offset + entryHeadBytes + entry.id.length;
  into.writeUInt32LE(entry.epoch, offset + 4);
  into.writeUInt32LE(entry.tick, offset + 8);
  into.writeUInt32LE(entry.record.length, offset + 12);
  into[offset + 16] = entry.id.length;
  into.set(entry.id, offset + entryHeadBytes);
  into.writeUInt32LE(crc32(into.subarray(offset + 4, idEnd)), offset);
  into.set(entry.record, idEnd);
  return idEnd + entry.record.length;
}

/** Entries without a block around them: the value of a chunk. */
export function encodeEntries(entries: readonly WalEntry[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + entryBytes(entry), 0));
  let offset = 0;
  for (const entry of entries) offset = writeEntry(bytes, offset, entry);
  return bytes;
}

/** Closes the block whose body stands in `bytes` from `blockHeaderBytes` on. */
export function sealBlock(bytes: Buffer, place: BlockPlace & { sequence: number }): void {
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(place.salt, 4);
  bytes.writeUInt32LE(place.segment, 8);
  bytes.writeUInt32LE(bytes.length - blockHeaderBytes, 12);
  bytes.writeBigUInt64LE(BigInt(place.sequence), 16);
  bytes.writeUInt32LE(blockChecksum(bytes, 0, bytes.length), 24);
}

/** The valid block at `offset`, if there is one. */
function readBlock(bytes: Buffer, offset: number, place: BlockPlace): Block | undefined {
  const start = offset + blockHeaderBytes;
  if (start > bytes.length || bytes.readUInt32LE(offset) !== magic) return undefined;
  if (bytes.readUInt32LE(offset + 4) !== place.salt) return undefined;
  if (bytes.readUInt32LE(offset + 8) !== place.segment) return undefined;
  const end = start + bytes.readUInt32LE(offset + 12);
  if (end > bytes.length || bytes.readUInt32LE(offset + 24) !== blockChecksum(bytes, offset, end)) return;
  return { sequence: Number(bytes.readBigUInt64LE(offset + 16)), offset, start, end };
}

/** The bytes with which every block of this place starts. */
export function blockMark(place: BlockPlace): Buffer {
  const mark = Buffer.alloc(12);
  mark.writeUInt32LE(magic, 0);
  mark.writeUInt32LE(place.salt, 4);
  mark.writeUInt32LE(place.segment, 8);
  return mark;
}

/** The first valid block at or after `from`. */
export function findBlock(bytes: Buffer, from: number, place: BlockPlace): Block | undefined {
  const next = readBlock(bytes, from, place);
  if (next) return next;
  const mark = blockMark(place);
  for (let at = bytes.indexOf(mark, from); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    const block = readBlock(bytes, at, place);
    if (block) return block;
  }
  return undefined;
}

/** An entry in place: its record is `bytes` from `start` to `end`, not copied until it is needed. */
export interface PlacedEntry {
  readonly id: string;
  readonly epoch: number;
  readonly tick: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A view, which keeps all of the surrounding bytes in memory. */
export function recordOf({ bytes, start, end }: PlacedEntry): Buffer {
  return bytes.subarray(start, end);
}

/**
 * Reads entries until the end of the span or until one cannot be trusted; `end` is where reading stopped. In a valid
 * block the block's checksum vouches for the heads; elsewhere each head is checked. A start reads tens of thousands
 * of entries while players wait, so this does no work that a later step may not need.
 */
export function readEntries(bytes: Buffer, span: Span, heads: "vouched" | "checked") {
  const entries: PlacedEntry[] = [];
  let offset = span.start;
  while (offset + entryHeadBytes < span.end) {
    const start = offset + entryHeadBytes + bytes[offset + 16]!;
    const end = start + bytes.readUInt32LE(offset + 12);
    if (end > span.end) break;
    if (heads === "checked" && crc32(bytes.subarray(offset + 4, start)) !== bytes.readUInt32LE(offset)) break;
    entries.push({
      id: bytes.toString("utf8", offset + entryHeadBytes, start),
      epoch: bytes.readUInt32LE(offset + 4),
      tick: bytes.readUInt32LE(offset + 8),
      bytes,
      start,
      end,
    });
    offset = end;
  }
  return { entries, end: offset };
}

function blockChecksum(bytes: Buffer, offset: number, end: number): number {
  return crc32(bytes.subarray(offset + blockHeaderBytes, end), crc32(bytes.subarray(offset, offset + 24)));
}
