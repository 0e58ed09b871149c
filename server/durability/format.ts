/**
 * The bytes of a record and of a snapshot. Both travel in one frame, little-endian:
 *
 *   offset size field
 *        0    4 crc32 of everything after it (bytes 4 to the end)
 *        4    1 magic, 0xf5
 *        5    1 kind: 1 record, 2 snapshot
 *        6    1 version of the payload's packing, now 1
 *        7    1 zero
 *        8    4 epoch, uint32
 *       12    4 tick, uint32
 *       16    4 payload length in bytes, uint32
 *       20    . payload
 *
 * Invariant: these 20 bytes and the checksum's rule are the same in every version, so that an old server can
 * tell a newer version (checksum right) from a flipped bit (checksum wrong). A frame is valid when it is as
 * long as it says, its checksum fits and its version is known.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";

export const frameVersion = 1;
export const frameHeaderBytes = 20;

const magic = 0xf5;
const uint32Max = 0xffff_ffff;
const kinds = { record: 1, snapshot: 2 } as const;

export type FrameKind = keyof typeof kinds;

export interface Framed {
  readonly epoch: number;
  readonly tick: number;
  readonly payload: Uint8Array;
}

/**
 * torn: shorter than it says. foreign: not one of our frames. checksum: some bit is not what was written.
 * version: whole, but written by a newer server.
 */
export type FrameFault = "torn" | "foreign" | "checksum" | "version";

export type FrameReading = ({ ok: true; kind: FrameKind } & Framed) | { ok: false; reason: FrameFault };

/** The frame of a record, in one new buffer. Called once per match and tick. */
export function frameRecord(record: Framed): Buffer {
  return frame(kinds.record, record);
}

export function frameSnapshot(snapshot: Framed): Buffer {
  return frame(kinds.snapshot, snapshot);
}

function frame(kind: number, { epoch, tick, payload }: Framed): Buffer {
  assert(isUint32(epoch), `epoch ${epoch} is not a uint32`);
  assert(isUint32(tick), `tick ${tick} is not a uint32`);
  assert(payload.length <= uint32Max, `payload of ${payload.length} bytes`);
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  bytes[4] = magic;
  bytes[5] = kind;
  bytes[6] = frameVersion;
  bytes[7] = 0;
  bytes.writeUInt32LE(epoch, 8);
  bytes.writeUInt32LE(tick, 12);
  bytes.writeUInt32LE(payload.length, 16);
  bytes.set(payload, frameHeaderBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Judges bytes from a disk. Never throws. The payload is a view into `bytes`. */
export function readFrame(bytes: Uint8Array): FrameReading {
  if (bytes.length < frameHeaderBytes) return { ok: false, reason: "torn" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = bytes[5] === kinds.record ? "record" : bytes[5] === kinds.snapshot ? "snapshot" : undefined;
  if (bytes[4] !== magic || kind === undefined) return { ok: false, reason: "foreign" };
  if (bytes.length < frameHeaderBytes + view.getUint32(16, true)) return { ok: false, reason: "torn" };
  if (bytes.length > frameHeaderBytes + view.getUint32(16, true)) return { ok: false, reason: "checksum" };
  if (crc32(bytes.subarray(4)) !== view.getUint32(0, true)) return { ok: false, reason: "checksum" };
  if (bytes[6] !== frameVersion) return { ok: false, reason: "version" };
  return {
    ok: true,
    kind,
    epoch: view.getUint32(8, true),
    tick: view.getUint32(12, true),
    payload: bytes.subarray(frameHeaderBytes),
  };
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= uint32Max;
}
