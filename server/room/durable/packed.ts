/**
 * Values of a room that are not in its state, as bytes: whatever can be cloned. It is Node's own format, in which equal values
 * that were made in the same way have equal bytes; a difference that is none costs one more write.
 */
import { deserialize, serialize } from "node:v8";

/** @throws Error when it cannot be cloned: a function, a socket */
export const packed = (value: unknown): Uint8Array => serialize(value);

export const unpacked = (bytes: Uint8Array): unknown => deserialize(bytes);

const sameBytes = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.compare(one, other) === 0;

/** What the packed form of a value is compared with, so that most values are not packed again and again. */
export class LastPacked {
  #value: unknown;
  #bytes: Uint8Array | undefined;

  /** @returns the bytes if they are others than the last ones. @throws as `packed` */
  changed(value: unknown): Uint8Array | undefined {
    const isPlain = typeof value !== "object" || value === null;
    if (isPlain && this.#bytes !== undefined && Object.is(value, this.#value)) return undefined;
    const bytes = packed(value);
    this.#value = value;
    if (sameBytes(this.#bytes, bytes)) return undefined;
    this.#bytes = bytes;
    return bytes;
  }

  /** The value was made from these bytes. */
  is(value: unknown, bytes: Uint8Array): void {
    this.#value = value;
    this.#bytes = bytes;
  }
}
