/**
 * Bytes that are written one after the other into a buffer that grows, and is used again from the start. It knows what
 * Colyseus' encoders need of a buffer, and nothing of what is in it.
 */
import { encode, type Iterator } from "@colyseus/schema";

/** The longest number in the schema's format. */
const numberBytesMax = 9;
const utf8BytesMax = 3;
const spareBytes = 1024;
/** Up to here a loop is faster than a call. */
const loopBytesMax = 48;

export class GrowingBytes {
  buffer: Buffer;
  readonly #it: Iterator = { offset: 0 };

  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafe(bytes);
  }

  get length(): number {
    return this.#it.offset;
  }

  /** Begins anew; what was given out is written over. */
  clear(): void {
    this.#it.offset = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.buffer[this.#it.offset++] = value;
  }

  number(value: number): void {
    this.#reserve(numberBytesMax);
    encode.number(this.buffer, value, this.#it);
  }

  /** In full. */
  float(value: number): void {
    this.#reserve(numberBytesMax);
    encode.float64(this.buffer, value, this.#it);
  }

  text(value: string): void {
    this.#reserve(numberBytesMax + utf8BytesMax * value.length);
    encode.string(this.buffer, value, this.#it);
  }

  bytes(from: Uint8Array): void {
    this.#reserve(from.length);
    this.buffer.set(from, this.#it.offset);
    this.#it.offset += from.length;
  }

  /** Bytes of another one. It is called for everything that every client sees, and mostly for a few bytes. */
  copy(other: GrowingBytes, start: number, end: number): void {
    const size = end - start;
    const at = this.#it.offset;
    if (at + size > this.buffer.length) this.#reserve(size);
    const { buffer } = this;
    const from = other.buffer;
    if (size > loopBytesMax) from.copy(buffer, at, start, end);
    else for (let i = 0; i < size; i++) buffer[at + i] = from[start + i]!;
    this.#it.offset = at + size;
  }

  /** What `write` puts behind all that is there; it gives the buffer back, which may be another one. */
  encoded(write: (it: Iterator, buffer: Uint8Array) => Uint8Array): void {
    // Colyseus' encoders warn of a buffer that is too small.
    this.#reserve(spareBytes);
    const { buffer } = write(this.#it, this.buffer);
    if (buffer !== this.buffer.buffer) this.buffer = Buffer.from(buffer);
  }

  /** Good until `clear`. */
  since(start: number): Uint8Array {
    return this.buffer.subarray(start, this.length);
  }

  #reserve(bytes: number): void {
    const needed = this.#it.offset + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.buffer.copy(larger);
    this.buffer = larger;
  }
}
