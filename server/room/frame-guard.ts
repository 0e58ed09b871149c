/**
 * Which messages of clients go on to Colyseus: those of the kinds that Holdfast uses, in their shape. Colyseus' and
 * the schema's decoders trust lengths and references, so everything that they will follow is walked here first.
 * Pure; on the way of an input it allocates nothing.
 *
 *   10 joined    nothing else
 *   12 leave     nothing else
 *   13 message   type, value?
 *   18 ping      nothing else
 *   19 input     (operation and field in one byte, its value)…, no field that the game has not
 *   21 request   id, type, value?
 *
 * A type is a short printable text or a number, a value is plain msgpack.
 */
import { Protocol } from "@colyseus/core";
import { isPlainMsgpack } from "./msgpack-shape.ts";

/** Why a message is not taken: no binary one, of a kind that is not used, or not in the shape of its kind. */
export type ClientFrameFault = "text" | "kind" | "shape";

const typeCharsMax = 64;
const none = -1;
/** Operations of the schema in the upper two bits; this one clears a field and brings no value. */
const operationMask = 0xc0;
const clears = 0x40;
const fieldMask = 0x3f;

export class FrameGuard {
  readonly #fieldBytes: readonly number[];
  readonly #inputBytesMax: number;

  /** @param fieldBytes of the value of each field of an input, in order */
  constructor(fieldBytes: readonly number[]) {
    this.#fieldBytes = fieldBytes;
    this.#inputBytesMax = fieldBytes.reduce((sum, bytes) => sum + 1 + bytes, 1);
  }

  /** @returns why it is not taken, if it is not */
  fault(frame: Uint8Array, binary: boolean): ClientFrameFault | undefined {
    if (!binary) return "text";
    switch (frame[0]) {
      case Protocol.ROOM_INPUT_RELIABLE:
        return this.#isInput(frame) ? undefined : "shape";
      case Protocol.ROOM_DATA:
        return isMessage(frame, 1) ? undefined : "shape";
      case Protocol.ROOM_REQUEST:
        return isMessage(frame, numberEnd(frame, 1)) ? undefined : "shape";
      case Protocol.JOIN_ROOM:
      case Protocol.LEAVE_ROOM:
      case Protocol.PING:
        return frame.length === 1 ? undefined : "shape";
      default:
        return "kind";
    }
  }

  #isInput(frame: Uint8Array): boolean {
    if (frame.length > this.#inputBytesMax) return false;
    let at = 1;
    while (at < frame.length) {
      const first = frame[at]!;
      const bytes = this.#fieldBytes[first & fieldMask];
      if (bytes === undefined) return false;
      at += (first & operationMask) === clears ? 1 : 1 + bytes;
    }
    return at === frame.length;
  }
}

/** @param typeAt where its type begins, -1 when there is none */
function isMessage(frame: Uint8Array, typeAt: number): boolean {
  if (typeAt === none) return false;
  const end = typeEnd(frame, typeAt);
  return end !== none && (end === frame.length || isPlainMsgpack(frame, end));
}

function typeEnd(frame: Uint8Array, at: number): number {
  const first = frame[at];
  if (first === undefined) return none;
  if (first > 0xa0 && first < 0xc0) return textEnd(frame, at + 1, first & 0x1f);
  if (first === 0xd9) return textEnd(frame, at + 2, frame[at + 1] ?? 0);
  return numberEnd(frame, at);
}

function textEnd(frame: Uint8Array, start: number, chars: number): number {
  const end = start + chars;
  if (chars === 0 || chars > typeCharsMax || end > frame.length) return none;
  for (let at = start; at < end; at++) {
    const code = frame[at]!;
    if (code < 0x20 || code > 0x7e) return none;
  }
  // By this name a room listens to everything that it has no name for.
  return chars === 1 && frame[start] === 0x2a ? none : end;
}

/** Of a number in the schema's encoding: small ones in one byte, all others behind a byte that says their size. */
function numberEnd(frame: Uint8Array, at: number): number {
  const first = frame[at];
  if (first === undefined) return none;
  const small = first < 0x80 || first >= 0xe0;
  const bytes = small ? 0 : numberBytes[first - 0xca];
  return bytes === undefined || at + 1 + bytes > frame.length ? none : at + 1 + bytes;
}

/** From 0xca on: two floats, four unsigned, four signed. */
const numberBytes: readonly number[] = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8];
