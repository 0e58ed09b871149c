/**
 * Reads the WebSocket frames of inputs by itself: nine of ten frames of a player are small, whole, and alike, and the way
 * through a general parser and its events costs more than the rules that use them. Everything else, and whatever follows
 * it in the same chunk, is left to ws. It decides nothing about what is in a frame.
 *
 *   0x82                   whole, binary
 *   0x80 | length          masked, as RFC 6455 asks of clients; up to 125 bytes
 *   4 bytes                the mask
 *   …                      the message, whose first byte says that it is an input
 */
import { Protocol } from "@colyseus/core";

const wholeBinary = 0x82;
const masked = 0x80;
const headerBytes = 6;

/**
 * @param chunk bytes that begin with a frame; what is taken of it is unmasked in place
 * @param bytesMax the longest input; longer frames are left
 * @returns how many bytes were taken: whole frames of inputs, from the beginning on
 */
export function takeInputFrames(chunk: Buffer, bytesMax: number, take: (input: Buffer) => void): number {
  let at = 0;
  while (at + headerBytes < chunk.length && chunk[at] === wholeBinary) {
    const length = chunk[at + 1]! - masked;
    const start = at + headerBytes;
    const end = start + length;
    if (length < 1 || length > bytesMax || end > chunk.length) break;
    if ((chunk[start]! ^ chunk[at + 2]!) !== Protocol.ROOM_INPUT_RELIABLE) break;
    for (let place = 0; place < length; place++) chunk[start + place]! ^= chunk[at + 2 + (place & 3)]!;
    take(chunk.subarray(start, end));
    at = end;
  }
  return at;
}
