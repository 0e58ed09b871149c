/**
 * The bytes of a stored state, written and read: numbers that are short when they are small, floats in full, texts in UTF-8.
 * It is called for every value of a state, so it calls nothing that it need not. What the bytes mean is state-format.ts.
 */

/** Longer texts are left to Node. */
const loopCharsMax = 24;
/** The longest number, a float or a varint of 53 bits. */
const numberBytesMax = 8;
/** What is taken lies side by side in pieces of this size: fresh memory for each would cost more than writing it. */
const pieceBytes = 16 * 1024;

export class StateBytesWriter {
  #buffer: Buffer;
  #view: DataView;
  /** Before it, everything was taken. */
  #start = 0;
  #at = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Forgets what was written and not taken. */
  clear(): void {
    this.#at = this.#start;
  }

  /** What was written since it was last taken or cleared. Nothing is written there again. */
  take(): Uint8Array {
    const start = this.#start;
    if (this.#buffer.length <= pieceBytes) {
      this.#start = this.#at;
      return this.#buffer.subarray(start, this.#at);
    }
    // What is as long as this has a place of its own, of its size.
    const taken = Uint8Array.prototype.slice.call(this.#buffer, start, this.#at);
    this.#use(Buffer.allocUnsafeSlow(pieceBytes), 0);
    return taken;
  }

  byte(value: number): void {
    if (this.#at + 1 > this.#buffer.length) this.#grow(1);
    this.#buffer[this.#at++] = value;
  }

  /** An integer of 0 and more. */
  count(value: number): void {
    if (this.#at + numberBytesMax > this.#buffer.length) this.#grow(numberBytesMax);
    const buffer = this.#buffer;
    let rest = value;
    while (rest > 0x7f) {
      buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[this.#at++] = rest;
  }

  float(value: number): void {
    if (this.#at + numberBytesMax > this.#buffer.length) this.#grow(numberBytesMax);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += numberBytesMax;
  }

  text(value: string): void {
    const { length } = value;
    if (length <= loopCharsMax && this.#shortText(value)) return;
    const bytes = Buffer.byteLength(value, "utf8");
    this.count(bytes);
    if (this.#at + bytes > this.#buffer.length) this.#grow(bytes);
    this.#at += this.#buffer.write(value, this.#at, "utf8");
  }

  /** @returns false when it is not of ASCII alone; nothing is written then */
  #shortText(value: string): boolean {
    const { length } = value;
    if (this.#at + 1 + length > this.#buffer.length) this.#grow(1 + length);
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = length;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #grow(bytes: number): void {
    const written = this.#at - this.#start;
    const larger = Buffer.allocUnsafeSlow(Math.max(pieceBytes, 2 * (written + bytes)));
    this.#buffer.copy(larger, 0, this.#start, this.#at);
    this.#use(larger, written);
  }

  #use(buffer: Buffer, written: number): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
    this.#start = 0;
    this.#at = written;
  }
}

export class StateBytesReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  /** @throws RangeError beyond the end, as all others do */
  byte(): number {
    const byte = this.#buffer[this.#at++];
    if (byte === undefined) throw new RangeError("a state ends beyond its bytes");
    return byte;
  }

  count(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#longCount(first & 0x7f);
  }

  #longCount(first: number): number {
    let value = first;
    let scale = 0x80;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  float(): number {
    const value = this.#buffer.readDoubleLE(this.#at);
    this.#at += numberBytesMax;
    return value;
  }

  text(): string {
    const bytes = this.count();
    const start = this.#at;
    if (start + bytes > this.#buffer.length) throw new RangeError("a text ends beyond its bytes");
    this.#at += bytes;
    if (bytes > loopCharsMax) return this.#buffer.toString("utf8", start, this.#at);
    for (let at = start; at < this.#at; at++)
      if (this.#buffer[at]! > 0x7f) return this.#buffer.toString("utf8", start, this.#at);
    return this.#buffer.toString("latin1", start, this.#at);
  }
}
