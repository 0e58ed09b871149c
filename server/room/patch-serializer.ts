/**
 * Sends a patch to all clients of a room at once. Colyseus' own serialiser makes one buffer per client and hands each
 * to ws, which makes a header and three calls of it. Here the frames of all clients lie side by side in one buffer,
 * already framed, and pass the gate as one item. The bytes on the wire are the same.
 *
 *   ws header   0x82, then the length: 7 bits, or 126 and u16 big endian, or 127 and u64 big endian
 *   1 byte      ROOM_STATE_PATCH | TIMED
 *   4 bytes     match time, ms, little endian
 *   4 bytes     inputs of this client applied so far: the one part that differs between clients
 *   …           the schema's changes; empty when nothing changed, so that clocks and acks stay fresh
 */
import assert from "node:assert/strict";
import {
  type Client,
  type ClientPrivate,
  ClientState,
  Protocol,
  ProtocolModifier,
  SchemaSerializer,
} from "@colyseus/core";
import type { Iterator, Schema } from "@colyseus/schema";
import type { OutSocket, Patch } from "./gated-socket.ts";

const prefixBytes = 9;
const finalBinaryFrame = 0x82;

interface Inner {
  readonly encoder: {
    hasChanges: boolean;
    sharedBuffer: Uint8Array;
    encode(it: Iterator): Uint8Array;
    discardChanges(): void;
  };
  needFullEncode: boolean;
}

export class PatchSerializer extends SchemaSerializer<Schema> {
  readonly #socketOf: (client: Client) => OutSocket | undefined;
  readonly #send: (patch: Patch) => void;

  constructor(parts: { socketOf: (client: Client) => OutSocket | undefined; send: (patch: Patch) => void }) {
    super();
    this.#socketOf = parts.socketOf;
    this.#send = parts.send;
  }

  override applyPatches(clients: Client[], _state?: unknown, timing?: { sNow: number }): boolean {
    assert(!this.hasFilters && timing !== undefined, "rooms of matches have inputs and one View for all");
    const inner = this as unknown as Inner;
    const { encoder } = inner;
    const changed = encoder.hasChanges;
    if (changed) inner.needFullEncode = true;
    const joined = clients.filter((client) => client.state === ClientState.JOINED);
    if (joined.length > 0) {
      // Encoding also advances the encoder past the changes, so it only happens when there are receivers.
      const changes = changed ? encoder.encode({ offset: 1 }).subarray(1) : nothing;
      this.#frameFor(joined, changes, timing.sNow);
    }
    if (changed) encoder.discardChanges();
    return changed;
  }

  #frameFor(joined: readonly Client[], changes: Uint8Array, matchTimeMs: number): void {
    const payloadBytes = prefixBytes + changes.length;
    const headerBytes = wsHeaderBytes(payloadBytes);
    const frameBytes = headerBytes + payloadBytes;
    const frames = Buffer.allocUnsafe(frameBytes * joined.length);
    writeWsHeader(frames, payloadBytes);
    frames[headerBytes] = Protocol.ROOM_STATE_PATCH | ProtocolModifier.TIMED;
    frames.writeUInt32LE(matchTimeMs >>> 0, headerBytes + 1);
    frames.set(changes, headerBytes + prefixBytes);
    const to: OutSocket[] = [];
    for (const client of joined) {
      const socket = this.#socketOf(client);
      if (socket === undefined) continue;
      const start = to.length * frameBytes;
      if (start > 0) frames.copyWithin(start, 0, frameBytes);
      frames.writeUInt32LE(appliedInputs(client), start + headerBytes + 5);
      to.push(socket);
    }
    this.#send({ to, frames, frameBytes });
  }
}

const nothing = new Uint8Array(0);

function appliedInputs(client: Client): number {
  return ((client as Client & ClientPrivate)._inputBuffer?.ackSeq ?? 0) >>> 0;
}

function wsHeaderBytes(payloadBytes: number): number {
  return payloadBytes < 126 ? 2 : payloadBytes < 0x1_0000 ? 4 : 10;
}

/** An unmasked, final binary frame (RFC 6455, section 5.2). */
function writeWsHeader(frame: Buffer, payloadBytes: number): void {
  frame[0] = finalBinaryFrame;
  if (payloadBytes < 126) frame[1] = payloadBytes;
  else if (payloadBytes < 0x1_0000) {
    frame[1] = 126;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
}
