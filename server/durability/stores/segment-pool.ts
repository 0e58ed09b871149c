/**
 * Which segment files of the log hold needed blocks, which are spare, and what happens to them: a full one that
 * nobody needs is recycled into a spare, and one spare is made in advance. File changes run one after another, in the
 * background when nobody waits for them.
 */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { StoreError } from "../../store-error.ts";
import { makeSegment, recycleSegment, segmentPath } from "./segments.ts";

/** Spare segments that are kept; more are deleted when they are no longer needed. */
const sparesMax = 2;

export interface PoolSettings {
  readonly directory: string;
  readonly segmentBytes: number;
  /** The files together never exceed this; appends then fail with store/full. */
  readonly logBytesMax: number;
}

export class SegmentPool {
  readonly #settings: PoolSettings;
  /** Segments before the current one, ascending: they hold blocks. */
  readonly #full: number[];
  #current: number;
  /** Segments after the current one, ascending: they hold nothing. */
  readonly #spares: number[];
  /** Entries per segment that only the log holds. Invariant: a segment with such entries is not recycled. */
  readonly #needed = new Map<number, number>();
  #files: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(settings: PoolSettings, found: { numbers: readonly number[]; current: number }) {
    this.#settings = settings;
    this.#current = found.current;
    this.#full = found.numbers.filter((number) => number < found.current);
    this.#spares = found.numbers.filter((number) => number > found.current);
  }

  get bytes(): number {
    return (this.#full.length + this.#spares.length + 1) * this.#settings.segmentBytes;
  }

  /** The segment keeps its blocks until `release`. */
  need(segment: number, entries: number): void {
    this.#needed.set(segment, (this.#needed.get(segment) ?? 0) + entries);
  }

  release(segment: number, entries: number): void {
    const left = (this.#needed.get(segment) ?? 0) - entries;
    assert(left >= 0, `segment ${segment} released ${-left} times too often`);
    if (left > 0) this.#needed.set(segment, left);
    else this.#needed.delete(segment);
  }

  /** The segment after the current one, made now if there is none. It becomes current with `advance`. */
  async next(): Promise<number> {
    await this.#inTurn(async () => {
      if (this.#spares.length === 0) await this.#makeSpare();
    });
    return this.#spares[0]!;
  }

  advance(): void {
    this.#full.push(this.#current);
    this.#current = this.#spares.shift()!;
    this.tidy();
  }

  /** Frees or prepares files in the background; call after `release` and once after opening. */
  tidy(): void {
    // A spare that cannot be made now is made, or refused with its reason, when an append needs it.
    this.#inTurn(() => this.#tidy()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#files;
  }

  async #tidy(): Promise<void> {
    const { directory } = this.#settings;
    while (!this.#closed && this.#full.length > 0 && !this.#needed.has(this.#full[0]!)) {
      // Oldest first, so that the numbers in use have no gap. If this fails, the file stays until a restart.
      const from = this.#full.shift()!;
      if (this.#spares.length < sparesMax) {
        const to = this.#numberAfterLast();
        await recycleSegment(directory, { from, to });
        this.#spares.push(to);
      } else {
        await rm(segmentPath(directory, from), { force: true });
      }
    }
    if (!this.#closed && this.#spares.length === 0) await this.#makeSpare();
  }

  async #makeSpare(): Promise<void> {
    const { directory, segmentBytes, logBytesMax } = this.#settings;
    if (this.bytes + segmentBytes > logBytesMax) {
      const message = `the log in ${directory} has reached ${logBytesMax} bytes that no snapshot covers`;
      throw new StoreError("store/full", message);
    }
    const number = this.#numberAfterLast();
    await makeSegment(directory, number, segmentBytes);
    this.#spares.push(number);
  }

  #numberAfterLast(): number {
    return (this.#spares.at(-1) ?? this.#current) + 1;
  }

  /** A failed change concerns its caller and stops no later one. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const result = this.#files.then(change);
    this.#files = result.catch(() => undefined);
    return result;
  }
}
