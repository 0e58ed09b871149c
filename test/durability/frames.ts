/** Frames as other versions of the server write them. */
import { crc32 } from "node:zlib";
import { frameRecord, type Unframed } from "../../server/durability/format.ts";

export const frameHeaderBytes = 20;

/** The same bytes under another version, and nothing but that. */
export function inVersion(version: number, frame: Uint8Array): Buffer {
  const copy = Buffer.from(frame);
  copy[6] = version;
  copy.writeUInt32LE(crc32(copy.subarray(4)), 0);
  return copy;
}

/** A snapshot of version 1: the payload follows the header. */
export function firstSnapshot(snapshot: Unframed): Buffer {
  const { epoch, tick, payload } = snapshot;
  const bytes = Buffer.alloc(frameHeaderBytes + payload.length);
  frameRecord({ epoch, tick, payload: new Uint8Array() }).copy(bytes);
  bytes[5] = 2;
  bytes.writeUInt32LE(payload.length, 16);
  bytes.set(payload, frameHeaderBytes);
  return inVersion(1, bytes);
}
