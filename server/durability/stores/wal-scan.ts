/**
 * Reads a write-ahead log back: pure, over the bytes of its segments. A bad block at the very end is a torn write
 * that was never acknowledged: it is cut off. A bad block with a valid one behind it is damage: what can be saved of
 * it is saved, the rest is reported, and reading continues behind it.
 */
import {
  blockHeaderBytes,
  blockMark,
  findBlock,
  type PlacedEntry,
  readEntries,
  type Span,
} from "./wal-block.ts";

export interface SegmentBytes {
  readonly segment: number;
  readonly bytes: Buffer;
}

/** The entries of one block, or those saved from damaged blocks. */
interface ScannedBlock {
  readonly segment: number;
  readonly sequence: number;
  readonly entries: readonly PlacedEntry[];
}

export interface WalScan {
  /** In the order in which they were accepted. */
  readonly blocks: readonly ScannedBlock[];
  readonly damage: readonly string[];
  /** Where the log ends; undefined when no segment holds a valid block. */
  readonly tail: { readonly segment: number; readonly offset: number; readonly sequence: number } | undefined;
}

/** @param segments in ascending order of their numbers */
export function scanLog(segments: readonly SegmentBytes[], salt: number): WalScan {
  const blocks: ScannedBlock[] = [];
  const damage: string[] = [];
  let tail: (SegmentBytes & { offset: number; sequence: number }) | undefined;

  for (const { segment, bytes } of segments) {
    const place = { salt, segment };
    for (let block = findBlock(bytes, 0, place); block; block = findBlock(bytes, block.end, place)) {
      const { sequence, offset } = block;
      const follows = tail ? sequence === tail.sequence + 1 : offset === 0;
      if (!follows) {
        const ranges = rangesBetween(tail, { segment, bytes, offset });
        const entries = ranges.flatMap((range) => salvage(range, salt));
        blocks.push({ segment: tail?.segment ?? segment, sequence: sequence - 1, entries });
        damage.push(
          `log segment ${segment}: what stood before block ${sequence} cannot be read, ` +
            `${entries.length} record(s) of it were saved`,
        );
      }
      blocks.push({ segment, sequence, entries: readEntries(bytes, block, "vouched").entries });
      tail = { segment, bytes, offset: block.end, sequence };
    }
  }
  return {
    blocks,
    damage,
    tail: tail && { segment: tail.segment, offset: tail.offset, sequence: tail.sequence },
  };
}

type Spot = SegmentBytes & { offset: number };
type Range = SegmentBytes & Span;

function rangesBetween(from: Spot | undefined, to: Spot): Range[] {
  if (!from) return [{ ...to, start: 0, end: to.offset }];
  if (from.segment === to.segment) return [{ ...from, start: from.offset, end: to.offset }];
  return [
    { ...from, start: from.offset, end: from.bytes.length },
    { ...to, start: 0, end: to.offset },
  ];
}

/** Entries of blocks whose checksum is wrong, as far as the entries' own checksums are right. */
function salvage({ bytes, segment, start, end }: Range, salt: number): PlacedEntry[] {
  const saved: PlacedEntry[] = [];
  const mark = blockMark({ salt, segment });
  for (let at = bytes.indexOf(mark, start); at >= 0 && at < end; at = bytes.indexOf(mark, at + 1)) {
    saved.push(...readEntries(bytes, { start: at + blockHeaderBytes, end }, "checked").entries);
  }
  return saved;
}
