/**
 * The memory of a scan: one buffer from which its columns are cut, and which the next scan reuses. A scan of a
 * million tickets needs 250 MB of columns; with new ones each time, every 64 MB of them made the collector mark all
 * tickets in the process. Nothing cut here may outlive its scan.
 */
export class Memory {
  #buffer = new ArrayBuffer(0);
  #used = 0;
  /** Bytes that this scan wanted, including what did not fit: the buffer size for the next scan. */
  #wanted = 0;

  /** A new scan begins: everything that was cut before is invalid. */
  begin(): void {
    const { byteLength } = this.#buffer;
    if (this.#wanted > byteLength || this.#wanted * 4 < byteLength)
      this.#buffer = new ArrayBuffer(this.#wanted);
    this.#used = 0;
    this.#wanted = 0;
  }

  // The returned memory keeps its old contents: it is not zeroed.
  float64s(count: number): Float64Array {
    return new Float64Array(...this.#cut(count * 8), count);
  }

  uint32s(count: number): Uint32Array {
    return new Uint32Array(...this.#cut(count * 4), count);
  }

  int32s(count: number): Int32Array {
    return new Int32Array(...this.#cut(count * 4), count);
  }

  uint8s(count: number): Uint8Array {
    return new Uint8Array(...this.#cut(count), count);
  }

  int8s(count: number): Int8Array {
    return new Int8Array(...this.#cut(count), count);
  }

  #cut(bytes: number): [buffer: ArrayBuffer, at: number] {
    const aligned = Math.ceil(bytes / 8) * 8;
    this.#wanted += aligned;
    if (this.#used + aligned > this.#buffer.byteLength) return [new ArrayBuffer(aligned), 0];
    const at = this.#used;
    this.#used += aligned;
    return [this.#buffer, at];
  }
}
