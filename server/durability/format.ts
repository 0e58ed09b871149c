/**
 * The bytes of a record and of a snapshot. Both travel in one frame, little-endian:
 *
 *   offset size field
 *        0    4 crc32 of everything after it (bytes 4 to the end)
 *        4    1 magic, 0xf5
 *        5    1 kind: 1 record, 2 snapshot
 *        6    1 version, counted per kind
 *        7    1 zero
 *        8    4 epoch, uint32
 *       12    4 tick, uint32
 *       16    4 number of bytes behind these 20, uint32
 *       20    . what kind and version say:
 *
 *   record 1      payload
 *   snapshot 1    payload
 *   snapshot 2    4 version of the payload's content, uint32, 0 when its writer did not know it; payload
 *
 * A version also says how the payload is packed: the match layer has its readers by the same numbers.
 *
 * Invariant: the first 20 bytes and the checksum's rule are the same in every version, so that an old server can
 * tell another version (checksum right) from a flipped bit (checksum wrong), and which tick it is about. A frame is
 * valid when it is as long as it says, its checksum fits and its version has a reader.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { newestVersion, type ReadersByVersion, type VersionFault, versionFault } from "./format-versions.ts";

/** Before the payload. */
export const frameHeaderBytes = 20;

const contentVersionBytes = 4;
const magic = 0xf5;
const uint32Max = 0xffff_ffff;
const kinds = { record: 1, snapshot: 2 } as const;

export type FrameKind = keyof typeof kinds;

/** The parts of a frame. */
export interface Unframed {
  readonly epoch: number;
  readonly tick: number;
  readonly payload: Uint8Array;
}

/** The result of reading a frame. */
export interface Framed extends Unframed {
  readonly version: number;
  /** In the payload writer's own counting; nothing here interprets it. Undefined when the frame does not say it. */
  readonly contentVersion?: number;
}

/** torn: shorter than it says. foreign: not one of our frames. checksum: some bit differs from what was written. */
type FrameFault = "torn" | "foreign" | "checksum";

export type FrameReading =
  | ({ ok: true; kind: FrameKind } & Framed)
  | { ok: false; reason: FrameFault }
  /** The frame is whole and of another version. */
  | { ok: false; reason: VersionFault; kind: FrameKind; version: number; tick: number };

type FrameBody = Pick<Framed, "payload" | "contentVersion">;

/** Reads what follows the first 20 bytes of a frame; undefined when it is invalid. `view` is on `bytes`. */
type FrameBodyReader = (bytes: Uint8Array, view: DataView) => FrameBody | undefined;

export const frameReaders: Readonly<Record<FrameKind, ReadersByVersion<FrameBodyReader>>> = {
  record: { 1: plainBody },
  snapshot: { 1: plainBody, 2: numberedBody },
};

export const recordVersion = newestVersion(frameReaders.record);
const snapshotVersion = newestVersion(frameReaders.snapshot);

/** The formats in which a server that owns a match writes it. */
export const formatsHere: Readonly<Record<FrameKind, number>> = {
  record: recordVersion,
  snapshot: snapshotVersion,
};

/** The frame of a record, in one new buffer. */
export function frameRecord({ payload, ...place }: Unframed): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  bytes.set(payload, frameHeaderBytes);
  return frameRecordInPlace(bytes, place);
}

/**
 * Makes the frame of a record around its payload. Called once per match and tick.
 * @param bytes the payload, behind as many free bytes as the header has
 */
export function frameRecordInPlace(bytes: Buffer, place: Omit<Unframed, "payload">): Buffer {
  return sealed(headed(bytes, kinds.record, recordVersion, place));
}

/** @param snapshot `contentVersion` undefined: unknown */
export function frameSnapshot(snapshot: Unframed & { readonly contentVersion?: number | undefined }): Buffer {
  const { contentVersion = 0, payload } = snapshot;
  assert(isUint32(contentVersion), `content version ${contentVersion} is not a uint32`);
  const payloadAt = frameHeaderBytes + contentVersionBytes;
  const bytes = Buffer.allocUnsafe(payloadAt + payload.length);
  bytes.set(payload, payloadAt);
  headed(bytes, kinds.snapshot, snapshotVersion, snapshot);
  bytes.writeUInt32LE(contentVersion, frameHeaderBytes);
  return sealed(bytes);
}

function headed(
  bytes: Buffer,
  kind: number,
  version: number,
  { epoch, tick }: Omit<Unframed, "payload">,
): Buffer {
  assert(isUint32(epoch), `epoch ${epoch} is not a uint32`);
  assert(isUint32(tick), `tick ${tick} is not a uint32`);
  const bodyBytes = bytes.length - frameHeaderBytes;
  assert(bodyBytes <= uint32Max, `a frame with ${bodyBytes} bytes`);
  bytes[4] = magic;
  bytes[5] = kind;
  bytes[6] = version;
  bytes[7] = 0;
  bytes.writeUInt32LE(epoch, 8);
  bytes.writeUInt32LE(tick, 12);
  bytes.writeUInt32LE(bodyBytes, 16);
  return bytes;
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Checks bytes from a disk. Never throws. The payload is a view into `bytes`. */
export function readFrame(bytes: Uint8Array): FrameReading {
  if (bytes.length < frameHeaderBytes) return { ok: false, reason: "torn" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = bytes[5] === kinds.record ? "record" : bytes[5] === kinds.snapshot ? "snapshot" : undefined;
  if (bytes[4] !== magic || kind === undefined) return { ok: false, reason: "foreign" };
  if (bytes.length < frameHeaderBytes + view.getUint32(16, true)) return { ok: false, reason: "torn" };
  if (bytes.length > frameHeaderBytes + view.getUint32(16, true)) return { ok: false, reason: "checksum" };
  if (crc32(bytes.subarray(4)) !== view.getUint32(0, true)) return { ok: false, reason: "checksum" };
  const version = bytes[6]!;
  const tick = view.getUint32(12, true);
  const fault = versionFault(frameReaders[kind], version);
  if (fault !== undefined) return { ok: false, reason: fault, kind, version, tick };
  const body = frameReaders[kind][version]!(bytes, view);
  if (body === undefined) return { ok: false, reason: "foreign" };
  return { ok: true, kind, version, epoch: view.getUint32(8, true), tick, ...body };
}

function plainBody(bytes: Uint8Array): FrameBody {
  return { payload: bytes.subarray(frameHeaderBytes) };
}

function numberedBody(bytes: Uint8Array, view: DataView): FrameBody | undefined {
  const payloadAt = frameHeaderBytes + contentVersionBytes;
  if (bytes.length < payloadAt) return undefined;
  const contentVersion = view.getUint32(frameHeaderBytes, true);
  const payload = bytes.subarray(payloadAt);
  return contentVersion === 0 ? { payload } : { payload, contentVersion };
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= uint32Max;
}
