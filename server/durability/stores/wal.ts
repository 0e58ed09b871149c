/**
 * The write-ahead log: one append is one block, written at the end of a preallocated segment file. It knows no
 * matches, epochs or lmdb; its pool manages the files. Writes run one after another. A failed write moves nothing:
 * the next one goes to the same place.
 */
import assert from "node:assert/strict";
import fs, { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { StoreError } from "../../store-error.ts";
import type { DurabilityLevel } from "../store.ts";
import { type PoolSettings, SegmentPool } from "./segment-pool.ts";
import { listSegments, makeSegment, removeDrafts, segmentPath } from "./segments.ts";
import { storeErrorOf } from "./store-error.ts";
import {
  type BlockPlace,
  blockHeaderBytes,
  blockMark,
  entryBytes,
  sealBlock,
  type WalEntry,
  writeEntry,
} from "./wal-block.ts";
import { type SegmentBytes, scanLog, type WalScan } from "./wal-scan.ts";

const write = promisify(fs.write);

/** A segment without a block's mark in its first MiB counts as a spare. */
const spareLookBytes = 1 << 20;

export interface WalSettings extends PoolSettings {
  readonly level: DurabilityLevel;
  readonly salt: number;
  /** The first block's sequence is above this. */
  readonly sequenceMin: number;
  readonly beforeAppend?: (() => Promise<void>) | undefined;
}

/** The entries of one block, and where the block was written. */
export interface Written {
  readonly segment: number;
  readonly sequence: number;
  readonly entries: number;
}

/** Reads every segment. Also safe while another process writes the log: a renamed file is read again. */
export async function readLog(
  directory: string,
  salt: number,
): Promise<{ scan: WalScan; numbers: number[] }> {
  for (;;) {
    const numbers = await listSegments(directory);
    try {
      const segments: SegmentBytes[] = [];
      // Newest first: a reader beside a writer then never sees a block without the ones before it.
      for (const segment of numbers.toReversed()) {
        segments.unshift({ segment, bytes: readSegment(directory, { salt, segment }) });
      }
      return { scan: scanLog(segments, salt), numbers };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/**
 * Reads a used segment whole and only the start of a spare one: a starting server does not wait for unused megabytes.
 */
function readSegment(directory: string, place: BlockPlace): Buffer {
  const file = fs.openSync(segmentPath(directory, place.segment), "r");
  try {
    const whole = Buffer.allocUnsafe(fs.fstatSync(file).size);
    const start = whole.subarray(0, fs.readSync(file, whole, 0, Math.min(whole.length, spareLookBytes), 0));
    if (start.indexOf(blockMark(place)) < 0) return start;
    const rest = fs.readSync(file, whole, start.length, whole.length - start.length, start.length);
    return whole.subarray(0, start.length + rest);
  } finally {
    fs.closeSync(file);
  }
}

export class Wal {
  flushes = 0;
  readonly pool: SegmentPool;
  readonly #settings: WalSettings;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #segment = 0;
  #offset = 0;
  #sequence: number;
  #buffer = Buffer.alloc(64 << 10);
  #writing: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(settings: WalSettings, pool: SegmentPool, sequence: number) {
    this.#settings = settings;
    this.pool = pool;
    this.#sequence = sequence;
  }

  static async open(settings: WalSettings): Promise<{ wal: Wal; scan: WalScan }> {
    const { directory, salt, segmentBytes, sequenceMin } = settings;
    fs.mkdirSync(directory, { recursive: true });
    await removeDrafts(directory);
    const { scan, numbers } = await readLog(directory, salt);
    if (numbers.length === 0) {
      await makeSegment(directory, 1, segmentBytes);
      numbers.push(1);
    }
    const current = scan.tail?.segment ?? numbers[0]!;
    const pool = new SegmentPool(settings, { numbers, current });
    const wal = new Wal(settings, pool, Math.max(sequenceMin, scan.tail?.sequence ?? 0));
    await wal.#use(current, scan.tail?.offset ?? 0);
    return { wal, scan };
  }

  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Durable, in the sense of the level, when it resolves. A batch larger than a segment becomes several blocks.
   * The entries are marked as needed. @throws StoreError
   */
  append(entries: readonly WalEntry[]): Promise<Written[]> {
    const result = this.#writing.then(() => this.#append(entries));
    this.#writing = result.catch(() => undefined);
    return result;
  }

  /** Resolves when every append so far has ended, successfully or not. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing;
    this.#closed = true;
    await this.pool.close();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #append(entries: readonly WalEntry[]): Promise<Written[]> {
    const written: Written[] = [];
    try {
      if (this.#closed) throw new StoreError("store/unavailable", "the store is closed");
      for (let first = 0; first < entries.length; ) {
        const block = this.#blockOf(entries, first);
        written.push(await this.#writeBlock(block));
        first += block.entries;
      }
    } catch (error) {
      throw storeErrorOf(
        error,
        `append of ${entries.length} record(s) to the log in ${this.#settings.directory}`,
      );
    }
    for (const block of written) this.pool.need(block.segment, block.entries);
    return written;
  }

  /** As many entries from `first` on as fit into one segment, in the one buffer that all appends share. */
  #blockOf(entries: readonly WalEntry[], first: number): { bytes: Buffer; entries: number } {
    let bytes = blockHeaderBytes;
    let end = first;
    while (end < entries.length && bytes + entryBytes(entries[end]!) <= this.#settings.segmentBytes) {
      bytes += entryBytes(entries[end]!);
      end += 1;
    }
    assert(end > first, `a record of ${entries[first]!.record.length} bytes does not fit into a log segment`);
    if (this.#buffer.length < bytes) this.#buffer = Buffer.alloc(2 * bytes);
    let offset = blockHeaderBytes;
    for (let at = first; at < end; at++) offset = writeEntry(this.#buffer, offset, entries[at]!);
    return { bytes: this.#buffer.subarray(0, bytes), entries: end - first };
  }

  async #writeBlock({ bytes, entries }: { bytes: Buffer; entries: number }): Promise<Written> {
    await this.#settings.beforeAppend?.();
    while (this.#offset + bytes.length > this.#fileBytes) await this.#nextSegment();
    const segment = this.#segment;
    const sequence = this.#sequence + 1;
    sealBlock(bytes, { salt: this.#settings.salt, segment, sequence });
    for (let done = 0; done < bytes.length; ) {
      const result = await write(this.#file!.fd, bytes, done, bytes.length - done, this.#offset + done);
      done += result.bytesWritten;
    }
    this.#offset += bytes.length;
    this.#sequence = sequence;
    this.flushes += 1;
    return { segment, sequence, entries };
  }

  async #nextSegment(): Promise<void> {
    await this.#use(await this.pool.next(), 0);
    this.pool.advance();
  }

  async #use(segment: number, offset: number): Promise<void> {
    const flags = constants.O_RDWR | (this.#settings.level === "machine" ? constants.O_DSYNC : 0);
    const file = await open(segmentPath(this.#settings.directory, segment), flags);
    this.#fileBytes = (await file.stat()).size;
    await this.#file?.close();
    this.#file = file;
    this.#segment = segment;
    this.#offset = offset;
  }
}
