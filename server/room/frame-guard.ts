/**
 * Decides which client messages reach Colyseus: those of the kinds that Holdfast uses, in the right shape. The
 * decoders of Colyseus and of the schema trust lengths and references, so everything that they will follow is checked
 * here first. Pure; it allocates nothing for an input.
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

/** Why a message is refused: it is not binary, its kind is not used, or its shape is wrong. */
export type ClientFrameFault = "text" | "kind" | "shape";

const typeCharsMax = 64;
const none = -1;
/** Operations of the schema in the upper two bits; this one clears a field and brings no value. */
const operationMask = 0xc0;
const clears = 0x40;
const fieldMask = 0x3f;

/** What a watch asks of each message. */
export interface Guard {
  /** @returns why the message is refused, or undefined */
  fault(frame: Uint8Array, binary: boolean): ClientFrameFault | undefined;
}

export class FrameGuard implements Guard {
  readonly #fieldBytes: readonly number[];
  /** The longest input. */
  readonly inputBytesMax: number;

  /** @param fieldBytes size of the value of each input field, in order */
  constructor(fieldBytes: readonly number[]) {
    this.#fieldBytes = fieldBytes;
    this.inputBytesMax = fieldBytes.reduce((sum, bytes) => sum + 1 + bytes, 1);
  }

  /** @returns why the message is refused, or undefined */
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
    if (frame.length > this.inputBytesMax) return false;
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

/** @param typeAt where the message's type begins, -1 when there is none */
function isMessage(frame: Uint8Array, typeAt: number): boolean {
  if (typeAt === none) return false;
  const end = typeEnd(frame, typeAt);
  return end !== none && (end === frame.length || isPlainMsgpack(frame, end));
}

/** @returns where the type of a message ends, -1 when it is none */
export function typeEnd(frame: Uint8Array, at: number): number {
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
  // A room listens under this name to all messages that have no handler of their own.
  return chars === 1 && frame[start] === 0x2a ? none : end;
}

/**
 * The end of a number in the schema's encoding: small ones take one byte, others follow a byte that gives their size.
 */
function numberEnd(frame: Uint8Array, at: number): number {
  const first = frame[at];
  if (first === undefined) return none;
  const small = first < 0x80 || first >= 0xe0;
  const bytes = small ? 0 : numberBytes[first - 0xca];
  return bytes === undefined || at + 1 + bytes > frame.length ? none : at + 1 + bytes;
}

/** Sizes from 0xca on: two floats, four unsigned, four signed. */
const numberBytes: readonly number[] = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8];
