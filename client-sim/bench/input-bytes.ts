/** Inputs of any game as Colyseus' encoder writes them: kind, then of each field its number and its value, little-endian. */
import type { InputField } from "../../shared/game/game.ts";

const inputKind = 19;
/** Added to a field's number when it is written. */
const add = 0x80;
const sizes = { int8: 1, uint8: 1, int16: 2, uint16: 2, uint32: 4 } as const;

type FieldWriters = {
  readonly [Type in InputField["type"]]: (into: Buffer, value: number, at: number) => void;
};

const writes: FieldWriters = {
  int8: (into, value, at) => into.writeInt8(value, at),
  uint8: (into, value, at) => into.writeUInt8(value, at),
  int16: (into, value, at) => into.writeInt16LE(value, at),
  uint16: (into, value, at) => into.writeUInt16LE(value, at),
  uint32: (into, value, at) => into.writeUInt32LE(value, at),
};

/** @param shape what the game declares, in its order @returns the bytes of a message with such an input */
export function inputBytesOf(
  shape: Readonly<Record<string, InputField>>,
): (input: Readonly<Record<string, number>>) => Uint8Array {
  const fields = Object.entries(shape);
  const length = fields.reduce((sum, [, { type }]) => sum + 1 + sizes[type], 1);
  return (input) => {
    const bytes = Buffer.alloc(length);
    bytes[0] = inputKind;
    let at = 1;
    for (const [index, [name, { type }]] of fields.entries()) {
      bytes[at] = add | index;
      writes[type](bytes, input[name]!, at + 1);
      at += 1 + sizes[type];
    }
    return bytes;
  };
}
