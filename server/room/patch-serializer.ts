/**
 * Sends a patch to all clients of a room at once. Colyseus' own serialiser makes one buffer per client and hands each
 * to ws, which makes a header and three calls of it. Here the frames of all clients lie side by side in one buffer,
 * already framed, and pass the gate as one item. The bytes on the wire are the same.
 * What only some clients may see comes from `PerClient` and follows what all see, in patches and in full states.
 *
 *   ws header   0x82, then the length: 7 bits, or 126 and u16 big endian, or 127 and u64 big endian
 *   1 byte      ROOM_STATE_PATCH | TIMED; without TIMED and the next two in a game without inputs, as older SDKs read it
 *   4 bytes     match time, ms, little endian
 *   4 bytes     inputs of this client applied so far: without a `PerClient` the one part that differs between clients
 *   …           the schema's changes; empty when nothing changed, so that clocks and acks stay fresh
 */
import assert from "node:assert/strict";
import { type Client, ClientState, Protocol, SchemaSerializer } from "@colyseus/core";
import type { Schema } from "@colyseus/schema";
import { ackSeqOf } from "./colyseus-internals/room-internals.ts";
import { forgetFullState, patchEncoder } from "./colyseus-internals/serializer-internals.ts";
import type { OutSocket, Patch } from "./gated-socket.ts";
import { frameBytesOf, prefixBytesOf, type Timing, writePrefix, writeWsHeader } from "./ws-frames.ts";

/** What differs between clients. It follows the bytes of the room's tree; its own are good until `patched`. */
export interface PerClient {
  /** Everything that this client alone sees, for its first state on this connection. */
  full(client: Client): readonly Uint8Array[];
  /**
   * Brings everything up to the World, before anything of a patch is encoded: here the game is asked. If it throws, nothing
   * was sent and nothing is lost, and the next patch has it all.
   */
  write(clients: readonly Client[]): void;
  /** What changed of it since the last patch. */
  changes(client: Client): readonly Uint8Array[];
  /** All of `clients` were asked for their changes. */
  patched(clients: readonly Client[]): void;
}

export class PatchSerializer extends SchemaSerializer<Schema> {
  readonly #socketOf: (client: Client) => OutSocket | undefined;
  readonly #send: (patch: Patch) => void;
  readonly #onNewObjects: () => void;
  /** Undefined: all see the same. */
  perClient: PerClient | undefined;

  constructor(parts: {
    readonly socketOf: (client: Client) => OutSocket | undefined;
    readonly send: (patch: Patch) => void;
    /** A full state is about to be sent for which objects were made that no patch had. */
    readonly onNewObjects: () => void;
  }) {
    super();
    this.#socketOf = parts.socketOf;
    this.#send = parts.send;
    this.#onNewObjects = parts.onNewObjects;
  }

  override applyPatches(clients: Client[], _state?: unknown, timing?: { sNow: number }): boolean {
    assert(!this.hasFilters, "rooms of matches have one View for all");
    const encoder = patchEncoder(this);
    const changed = encoder.hasChanges;
    if (changed) forgetFullState(this);
    const joined = clients.filter((client) => client.state === ClientState.JOINED);
    this.perClient?.write(joined);
    if (joined.length > 0) {
      // Encoding also advances the encoder past the changes, so it only happens when there are receivers.
      const changes = changed ? encoder.encode({ offset: 1 }).subarray(1) : nothing;
      const own = this.#ownChanges(joined);
      if (own === undefined) this.#frameForAll(joined, changes, timing);
      else this.#frameForEach(joined, { changes, own }, timing);
    }
    this.perClient?.patched(joined);
    if (changed) encoder.discardChanges();
    return changed;
  }

  override getFullState(client?: Client, timing?: Timing): Uint8Array {
    if (client === undefined || this.perClient === undefined) return super.getFullState(client, timing);
    const shared = super.getFullState().subarray(1);
    const own = this.perClient.full(client);
    this.#onNewObjects();
    const prefixBytes = prefixBytesOf(timing);
    const state = Buffer.allocUnsafe(prefixBytes + shared.length + bytesIn(own));
    writePrefix(state, 0, Protocol.ROOM_STATE, { timing, inputs: ackSeqOf(client) });
    state.set(shared, prefixBytes);
    writeParts(state, prefixBytes + shared.length, own);
    return state;
  }

  /** @returns undefined when all get the same */
  #ownChanges(joined: readonly Client[]): readonly (readonly Uint8Array[])[] | undefined {
    const { perClient } = this;
    if (perClient === undefined) return undefined;
    const own = joined.map((client) => perClient.changes(client));
    return own.some((parts) => bytesIn(parts) > 0) ? own : undefined;
  }

  #frameForEach(
    joined: readonly Client[],
    { changes, own }: { changes: Uint8Array; own: readonly (readonly Uint8Array[])[] },
    timing: Timing,
  ): void {
    const prefixBytes = prefixBytesOf(timing);
    const payloads = own.map((parts) => prefixBytes + changes.length + bytesIn(parts));
    const frames = Buffer.allocUnsafe(payloads.reduce((sum, bytes) => sum + frameBytesOf(bytes), 0));
    const to: OutSocket[] = [];
    const ends: number[] = [];
    let at = 0;
    for (const [index, client] of joined.entries()) {
      const socket = this.#socketOf(client);
      if (socket === undefined) continue;
      at = writeWsHeader(frames, at, payloads[index]!);
      writePrefix(frames, at, Protocol.ROOM_STATE_PATCH, { timing, inputs: ackSeqOf(client) });
      frames.set(changes, at + prefixBytes);
      at = writeParts(frames, at + prefixBytes + changes.length, own[index]!);
      to.push(socket);
      ends.push(at);
    }
    this.#send({ to, frames: frames.subarray(0, at), ends });
  }

  #frameForAll(joined: readonly Client[], changes: Uint8Array, timing: Timing): void {
    const prefixBytes = prefixBytesOf(timing);
    const payloadBytes = prefixBytes + changes.length;
    const frameBytes = frameBytesOf(payloadBytes);
    const frames = Buffer.allocUnsafe(frameBytes * joined.length);
    const headerBytes = writeWsHeader(frames, 0, payloadBytes);
    writePrefix(frames, headerBytes, Protocol.ROOM_STATE_PATCH, { timing, inputs: 0 });
    frames.set(changes, headerBytes + prefixBytes);
    const to: OutSocket[] = [];
    for (const client of joined) {
      const socket = this.#socketOf(client);
      if (socket === undefined) continue;
      const start = to.length * frameBytes;
      if (start > 0) frames.copyWithin(start, 0, frameBytes);
      if (timing !== undefined) frames.writeUInt32LE(ackSeqOf(client), start + headerBytes + 5);
      to.push(socket);
    }
    this.#send({ to, frames, ends: frameBytes });
  }
}

const nothing = new Uint8Array(0);

function bytesIn(parts: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}

/** @returns where they end */
function writeParts(into: Buffer, start: number, parts: readonly Uint8Array[]): number {
  let at = start;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return at;
}
