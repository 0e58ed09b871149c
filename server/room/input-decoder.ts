/**
 * Decodes the inputs of one connection, which is what a server decodes most often: no schema, no change events, one plain
 * object for each. A frame brings what changed since the connection's input before it. What comes out is what Colyseus'
 * own decoder makes of the same frames, in its range; the tests compare them. It trusts the frame: frame-guard.ts has
 * looked at it.
 */
import type { InputField, NumericInput } from "../../shared/game/game.ts";
import type { InputDeclaration } from "./input-schema.ts";

/** Operations of the schema in the upper two bits of a field's byte; this one clears the field and brings no value. */
const operationMask = 0xc0;
const clears = 0x40;
const fieldMask = 0x3f;

type ReadField = (bytes: Uint8Array, at: number) => number;

/** Little-endian, as the schema writes them. */
const readers: Readonly<Record<InputField["type"], ReadField>> = {
  int8: (bytes, at) => (bytes[at]! << 24) >> 24,
  uint8: (bytes, at) => bytes[at]!,
  int16: (bytes, at) => ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16,
  uint16: (bytes, at) => bytes[at]! | (bytes[at + 1]! << 8),
  uint32: (bytes, at) =>
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0,
};

type DecodedFields = Pick<InputDeclaration, "fields" | "sanitize">;

export class InputDecoder {
  readonly #names: readonly string[];
  readonly #readers: readonly ReadField[];
  readonly #bytes: readonly number[];
  readonly #sanitize: DecodedFields["sanitize"];
  /** The newest input, as the next one changes it. */
  readonly #newest: Record<string, number> = {};
  /** `seq` of the first input, and how many came. */
  #firstSeq: number | undefined;
  #arrived = 0;

  constructor({ fields, sanitize }: DecodedFields) {
    this.#sanitize = sanitize;
    this.#names = fields.map(({ name }) => name);
    this.#readers = fields.map(({ type }) => readers[type]);
    this.#bytes = fields.map(({ bytes }) => bytes);
    for (const name of this.#names) this.#newest[name] = 0;
  }

  /** @param frame from its kind on: one whole, well-shaped input */
  decode(frame: Uint8Array): NumericInput {
    const newest = this.#newest;
    for (let at = 1; at < frame.length; ) {
      const first = frame[at]!;
      const field = first & fieldMask;
      at += 1;
      if ((first & operationMask) === clears) {
        // Out of every range, so it becomes the least that the field may be.
        newest[this.#names[field]!] = Number.NaN;
        continue;
      }
      newest[this.#names[field]!] = this.#readers[field]!(frame, at);
      at += this.#bytes[field]!;
    }
    this.#sanitize(newest);
    const input: Record<string, number> = {};
    for (const name of this.#names) input[name] = newest[name]!;
    input["seq"] = this.#numberOf(input["seq"]!);
    return input as NumericInput;
  }

  /**
   * An input's number. A client that starts with 0 sends no numbers. One that starts with 1 has just started, whatever
   * its seat had before (a reloaded page). Both are counted from the connection's first input, below zero, until the
   * seat's previous number is added (room-inputs.ts). Any other client continues with its own numbers.
   */
  #numberOf(seq: number): number {
    this.#firstSeq ??= seq;
    this.#arrived += 1;
    if (this.#firstSeq > 1) return seq;
    return this.#firstSeq === 0 ? -this.#arrived : -seq;
  }
}
