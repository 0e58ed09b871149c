/**
 * The bytes around what a client is sent of a state: the header of a WebSocket frame, and Colyseus' prefix with the time.
 * What is sent to many clients at once is framed before it comes to a socket. It sends nothing.
 */
import { ProtocolModifier } from "@colyseus/core";

const timedPrefixBytes = 9;
const untimedPrefixBytes = 1;
const finalBinaryFrame = 0x82;
const kindMask = 0x1f;

/** Colyseus' kind of a message, without its flags. */
export const kindOf = (message: Uint8Array): number => message[0]! & kindMask;

/** Undefined: the game has no inputs, and its frames have no time. */
export type Timing = { readonly sNow: number } | undefined;

export const prefixBytesOf = (timing: Timing) =>
  timing === undefined ? untimedPrefixBytes : timedPrefixBytes;

export function writePrefix(
  frame: Buffer,
  at: number,
  kind: number,
  { timing, inputs }: { readonly timing: Timing; readonly inputs: number },
): void {
  frame[at] = kind;
  if (timing === undefined) return;
  frame[at] = kind | ProtocolModifier.TIMED;
  frame.writeUInt32LE(timing.sNow >>> 0, at + 1);
  frame.writeUInt32LE(inputs, at + 5);
}

export function frameBytesOf(payloadBytes: number): number {
  return (payloadBytes < 126 ? 2 : payloadBytes < 0x1_0000 ? 4 : 10) + payloadBytes;
}

/**
 * Writes the header of an unmasked, final binary frame (RFC 6455, section 5.2).
 * @returns where its payload begins
 */
export function writeWsHeader(frame: Buffer, at: number, payloadBytes: number): number {
  frame[at] = finalBinaryFrame;
  if (payloadBytes < 126) {
    frame[at + 1] = payloadBytes;
    return at + 2;
  }
  if (payloadBytes < 0x1_0000) {
    frame[at + 1] = 126;
    return frame.writeUInt16BE(payloadBytes, at + 2);
  }
  frame[at + 1] = 127;
  return frame.writeBigUInt64BE(BigInt(payloadBytes), at + 2);
}
