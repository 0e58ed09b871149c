/**
 * Commands as the Colyseus SDK sends them: kind, number of the request, type of the message, and its content as MessagePack.
 * The number is always written in four bytes, which every decoder takes. test/bench/light-client.test.ts decodes them.
 */
import { Packr } from "msgpackr";
import type { NamedCommand } from "../../shared/game/game.ts";

const requestKind = 21;
/** In Colyseus' encoding of numbers: four bytes follow, little-endian. */
const fourBytes = 0xce;
const type = Buffer.from("command");
/** In its encoding of texts: of this length, below 32. */
const typeHead = 0xa0 | type.length;
const packr = new Packr({ useRecords: false });

/** @param id of the command, and of the request: it grows */
export function commandBytes({ name, payload }: NamedCommand, id: number): Uint8Array {
  const head = Buffer.alloc(7);
  head[0] = requestKind;
  head[1] = fourBytes;
  head.writeUInt32LE(id, 2);
  head[6] = typeHead;
  return Buffer.concat([head, type, packr.pack({ id, name, payload })]);
}
