/**
 * The serialiser of a durable room: what clients get is what Colyseus' own gives them. It cuts the changes (state-stream.ts)
 * before anything leaves, so that the next record has all of it, and frames one patch for all clients. What it sends waits
 * in the gate for that record.
 */
import { type Client, ClientState, Protocol, SchemaSerializer } from "@colyseus/core";
import type { Encoder, Schema } from "@colyseus/schema";
import { ackSeqOf } from "../colyseus-internals/room-internals.ts";
import { forgetFullState } from "../colyseus-internals/serializer-internals.ts";
import { hasStreams } from "../colyseus-internals/tree-internals.ts";
import { closeAndComeBack, type OutSocket, type Patch } from "../gated-socket.ts";
import { frameBytesOf, prefixBytesOf, type Timing, writePrefix, writeWsHeader } from "../ws-frames.ts";
import type { ClientTwin } from "./client-twin.ts";
import { headroomBytes, type JournaledState, StateStream } from "./state-stream.ts";

export interface SerializerParts {
  readonly clients: () => readonly Client[];
  readonly socketOf: (client: Client) => OutSocket | undefined;
  readonly send: (patch: Patch) => void;
  /** While a state is set that was made from the journal. */
  readonly restoring: () => RestoringState | undefined;
  /** In development: finds what clients are shown wrongly. */
  readonly twin?: ClientTwin | undefined;
}

export interface RestoringState {
  /** Undefined: it is not quite what the journal has. */
  readonly journaled: JournaledState | undefined;
}

export class DurableSerializer extends SchemaSerializer<Schema> {
  readonly #parts: SerializerParts;
  #stream: StateStream | undefined;

  constructor(parts: SerializerParts) {
    super();
    this.#parts = parts;
  }

  get stream(): StateStream {
    return this.#stream!;
  }

  get stateEncoder(): Encoder {
    return this.encoder as Encoder;
  }

  override reset(state: Schema): void {
    super.reset(state);
    const streamed = [...this.encoder.context.schemas.keys()].find(hasStreams);
    if (streamed !== undefined)
      throw new TypeError(`a durable room cannot keep the stream fields of the class ${streamed.name}`);
    const restoring = this.#parts.restoring();
    if (restoring !== undefined) this.encoder.discardChanges();
    const { twin } = this.#parts;
    this.#stream = new StateStream(this.stateEncoder, { journaled: restoring?.journaled, twin });
  }

  /** Cuts what changed since the last cut. */
  cut(): void {
    if (this.stream.cut(this.#parts.clients())) forgetFullState(this);
  }

  override applyPatches(clients: Client[], _state?: unknown, timing?: { sNow: number }): boolean {
    this.cut();
    const joined = clients.filter(({ state }) => state === ClientState.JOINED);
    const { stream } = this;
    if (stream.isLong)
      for (const client of joined) this.#parts.socketOf(client)?.close(closeAndComeBack, "gate full");
    const isSent = !stream.isLong && joined.length > 0 && this.#sendTo(joined, timing);
    stream.sent();
    return isSent;
  }

  /** A copy: it may wait in the gate while the next one is made. */
  override getFullState(client?: Client, timing?: { sNow: number }): Uint8Array {
    this.cut();
    if (client !== undefined) this.stream.shown(client);
    return Buffer.from(super.getFullState(client, timing));
  }

  /** @returns whether there was something to send */
  #sendTo(joined: readonly Client[], timing: Timing): boolean {
    const only = timing === undefined ? this.stream.only : undefined;
    return only === undefined ? this.#sendToEach(joined, timing) : this.#sendToAll(joined, only);
  }

  /** One frame, made where the changes are. @param only behind the headroom */
  #sendToAll(joined: readonly Client[], only: Buffer): boolean {
    const to: OutSocket[] = [];
    for (const client of joined) {
      const socket = this.#parts.socketOf(client);
      if (socket !== undefined) to.push(socket);
    }
    if (to.length === 0) return false;
    const prefixBytes = prefixBytesOf(undefined);
    const payloadBytes = only.length - headroomBytes + prefixBytes;
    const start = only.length - frameBytesOf(payloadBytes);
    const payloadAt = writeWsHeader(only, start, payloadBytes);
    writePrefix(only, payloadAt, Protocol.ROOM_STATE_PATCH, { timing: undefined, inputs: 0 });
    this.#parts.send({ to, frames: only.subarray(start), ends: undefined });
    return true;
  }

  #sendToEach(joined: readonly Client[], timing: Timing): boolean {
    const payloads = new Map<unknown, Buffer>();
    const to: OutSocket[] = [];
    const frames: Buffer[] = [];
    for (const client of joined) {
      const socket = this.#parts.socketOf(client);
      if (socket === undefined) continue;
      const { key, parts } = this.stream.partsFor(client);
      const known = key === undefined || timing !== undefined ? undefined : payloads.get(key);
      const frame = known ?? framed(parts, { timing, inputs: timing === undefined ? 0 : ackSeqOf(client) });
      if (frame.length === 0) continue;
      payloads.set(key, frame);
      to.push(socket);
      frames.push(frame);
    }
    if (to.length === 0) return false;
    this.#parts.send({ to, frames: Buffer.concat(frames), ends: endsOf(frames) });
    return true;
  }
}

/** Empty: there is nothing to send. A room with inputs has clocks to keep, and always sends something. */
function framed(
  parts: readonly Uint8Array[],
  { timing, inputs }: { readonly timing: Timing; readonly inputs: number },
): Buffer {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  if (bytes === 0 && timing === undefined) return Buffer.alloc(0);
  const payloadBytes = prefixBytesOf(timing) + bytes;
  const frame = Buffer.allocUnsafe(frameBytesOf(payloadBytes));
  let at = writeWsHeader(frame, 0, payloadBytes);
  writePrefix(frame, at, Protocol.ROOM_STATE_PATCH, { timing, inputs });
  at += prefixBytesOf(timing);
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

function endsOf(frames: readonly Buffer[]): number[] {
  let at = 0;
  return frames.map(({ length }) => (at += length));
}
