/**
 * Messages without content, and commands as the Colyseus SDK sends them: kind, number of the request, type of the message, and its content as MessagePack.
 * The number is always written in four bytes, which every decoder takes. test/bench/light-client.test.ts decodes them.
 */
import { Packr } from "msgpackr";
import type { NamedCommand } from "../../shared/game/game.ts";

const requestKind = 21;
const dataKind = 13;
/** In Colyseus' encoding of numbers: four bytes follow, little-endian. */
const fourBytes = 0xce;
/** In its encoding of texts: the length, below 32, is in the first byte. */
const textHead = 0xa0;
const type = textBytes("command");
const packr = new Packr({ useRecords: false });

/** @param id of the command, and of the request: it grows */
export function commandBytes({ name, payload }: NamedCommand, id: number): Uint8Array {
  const head = Buffer.alloc(6);
  head[0] = requestKind;
  head[1] = fourBytes;
  head.writeUInt32LE(id, 2);
  return Buffer.concat([head, type, packr.pack({ id, name, payload })]);
}

/** A message without content. @param name below 32 bytes of ASCII */
export function messageBytes(name: string): Uint8Array {
  return Buffer.concat([Buffer.of(dataKind), textBytes(name)]);
}

function textBytes(text: string): Buffer {
  return Buffer.concat([Buffer.of(textHead | text.length), Buffer.from(text)]);
}
