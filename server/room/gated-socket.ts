/**
 * The one place through which every byte of a room's socket passes. A guarded socket's `send` and `close`
 * go to its match, which lets them out when the tick they reflect is durable (P2). It wraps the socket
 * itself, below Colyseus, so that no feature of Colyseus, present or future, can go around it.
 */
import type { Socket } from "node:net";
import { CloseCode, Protocol } from "@colyseus/core";
import type { WebSocket } from "ws";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";

/** Unsent bytes a client's connection may hold beside a full state; who reads more slowly is disconnected. */
const unsentBytesMax = 1024 * 1024;
/** What a client's messages may hold in the gate; beyond it that client is too far behind, and not the match. */
const heldBytesMax = 256 * 1024;
/** What a message costs while it waits, beside its bytes. */
const waitingBytes = 256;
/** Answers to pings that are not sent yet; more are left out. */
const pongsMax = 16;
/** Full states of one match that wait in its gate, in sizes of the largest. */
const waitingStatesMax = 4;
/** The SDK reconnects by itself after this code. */
export const closeAndComeBack = closeCodes.mayTryReconnect;

type SendOptions = { binary: boolean };
type SendCallback = (error?: Error) => void;

/** The ungated socket; only the gate and the room's notices use it. */
export interface OutSocket {
  readonly isOpen: () => boolean;
  /** Bytes of one message, which ws frames. */
  readonly send: (data: Uint8Array, options?: SendOptions, callback?: SendCallback) => void;
  /** Bytes that are a ws frame already. In order with `send`: without compression ws writes at once, too. */
  readonly write: (frame: Uint8Array) => void;
  readonly close: (code: number, reason?: string) => void;
  readonly unsentBytes: () => number;
  /** Of the full state that is on its way, or was: it counts apart, as no client reads it at once. */
  stateBytes: number;
  /** Of messages in the gate. */
  heldBytes: number;
}

/** What a match's full states may take. */
export interface StateLimit {
  /** Of one; a larger one is not sent. */
  readonly bytesMax: number;
  /** Of those that wait in the gate. */
  waitingBytes: number;
  /** One was larger. */
  readonly onTooLarge: (bytes: number) => void;
}

/** One patch for the whole room, as ws frames. */
export interface Patch {
  readonly to: readonly OutSocket[];
  /** The frames of all receivers, one after the other. */
  readonly frames: Buffer;
  readonly frameBytes: number;
}

/** What waits in the gate: a message, a patch for the whole room, or the close that must not overtake them. */
export type OutFrame =
  | ({ readonly kind: "patch" } & Patch)
  | {
      readonly kind: "message";
      readonly to: OutSocket;
      readonly data: Uint8Array;
      readonly callback: SendCallback | undefined;
      /** Of a full state. */
      readonly state: StateLimit | undefined;
    }
  | {
      readonly kind: "close";
      readonly to: OutSocket;
      readonly code: number;
      readonly reason: string | undefined;
    };

/** What the guard asks of the match. */
export interface FrameGate {
  /** @returns false when it cannot hold more */
  send(frame: OutFrame, bytes: number): boolean;
  readonly lifecycle: string;
}

const frameOptions: SendOptions = { binary: true };
const kindMask = 0x1f;

/** Sends what the gate let out. Never throws: a dead socket is the transport's business. */
export function deliver(frame: OutFrame): void {
  switch (frame.kind) {
    case "patch":
      for (let i = 0; i < frame.to.length; i++) {
        const bytes = frame.frames.subarray(i * frame.frameBytes, (i + 1) * frame.frameBytes);
        if (keepsUp(frame.to[i]!)) frame.to[i]!.write(bytes);
      }
      break;
    case "message":
      deliverMessage(frame);
      break;
    case "close":
      frame.to.close(frame.code, frame.reason);
      break;
  }
}

function deliverMessage({ to, data, callback, state }: Extract<OutFrame, { kind: "message" }>): void {
  if (state === undefined) to.heldBytes -= data.length + waitingBytes;
  else state.waitingBytes -= data.length;
  if (!keepsUp(to)) return;
  if (state !== undefined) to.stateBytes = data.length;
  to.send(data, frameOptions, callback);
}

/** Colyseus' answer to a ping. */
function isPong(data: Uint8Array): boolean {
  return data.length === 1 && data[0] === Protocol.PING;
}

function isFullState(data: Uint8Array): boolean {
  return (data[0]! & kindMask) === Protocol.ROOM_STATE;
}

/** Whether the client is there and reads; who does not read is sent away, it gets the full state later. */
function keepsUp(socket: OutSocket): boolean {
  if (!socket.isOpen()) return false;
  const unsentBytes = socket.unsentBytes();
  if (unsentBytes <= unsentBytesMax) {
    socket.stateBytes = 0;
    return true;
  }
  if (unsentBytes <= unsentBytesMax + socket.stateBytes) return true;
  socket.close(closeAndComeBack, "too slow");
  return false;
}

/**
 * Puts `gate` in front of a connection.
 * Invariant: what is sent is a buffer of its own, never the encoder's shared one; Colyseus' timed frames
 * (rooms with inputs) and messages are.
 * @param tcp the connection under `socket`
 */
export function guardSocket(parts: {
  socket: WebSocket;
  tcp: Socket;
  gate: FrameGate;
  states: StateLimit;
  onBytes: (bytes: number) => void;
  /** It is closed with the code on which the SDK comes back. */
  onSentAway: () => void;
  /** Whether the process stood still for so long that nothing may leave it any more. */
  stale: (() => boolean) | undefined;
}): OutSocket {
  const { socket, tcp, gate, states, onBytes, onSentAway, stale = () => false } = parts;
  const closeNow = socket.close.bind(socket);
  const sendNow = socket.send.bind(socket) as OutSocket["send"];
  const out: OutSocket = {
    isOpen: () => socket.readyState === socket.OPEN,
    send: (data, options, callback) => {
      if (!stale()) sendNow(data, options, callback);
    },
    write: (frame) => {
      if (!stale()) tcp.write(frame);
    },
    close: (code, reason) => {
      if (code === closeAndComeBack && socket.readyState === socket.OPEN) onSentAway();
      closeNow(code, reason);
    },
    unsentBytes: () => tcp.writableLength,
    stateBytes: 0,
    heldBytes: 0,
  };
  const pong = pongOf(out);
  const send = (data: Uint8Array, _options?: SendOptions, callback?: SendCallback) => {
    if (gate.lifecycle === "stopped") return;
    onBytes(data.length);
    // It reflects no tick. Held back, a frozen match would look like a dead connection.
    if (isPong(data)) pong(data);
    else if (isFullState(data)) sendState({ out, gate, states, data, callback });
    else sendMessage({ out, gate, data, callback });
  };
  socket.send = send as typeof socket.send;
  socket.close = (code = 1000, data) => {
    const reason = data === undefined ? undefined : String(data);
    // ws answers a client's goodbye with this same method: it says nothing of the match, and nobody reads what waits.
    if (socket["_closeFrameReceived" as keyof WebSocket]) return out.close(code, reason);
    const kept = gate.lifecycle !== "stopped" && gate.send({ kind: "close", to: out, code, reason }, 0);
    if (!kept) out.close(code, reason);
  };
  return out;
}

interface Sending {
  readonly out: OutSocket;
  readonly gate: FrameGate;
  readonly data: Uint8Array;
  readonly callback: SendCallback | undefined;
}

function sendMessage({ out, gate, data, callback }: Sending): void {
  const bytes = data.length + waitingBytes;
  const fits = out.heldBytes + bytes <= heldBytesMax;
  if (fits) {
    out.heldBytes += bytes;
    if (gate.send({ kind: "message", to: out, data, callback, state: undefined }, bytes)) return;
  }
  out.close(closeAndComeBack, fits ? "gate full" : "too many answers wait");
}

/** Not by the measure of the gate, which freezes the match: one state may be larger than all that it holds. */
function sendState({ out, gate, states, data, callback }: Sending & { states: StateLimit }): void {
  if (data.length > states.bytesMax) {
    states.onTooLarge(data.length);
    out.close(CloseCode.WITH_ERROR, "match/view-too-large");
    return;
  }
  const fits = states.waitingBytes + data.length <= waitingStatesMax * states.bytesMax;
  if (fits) {
    states.waitingBytes += data.length;
    if (gate.send({ kind: "message", to: out, data, callback, state: states }, waitingBytes)) return;
    states.waitingBytes -= data.length;
  }
  out.close(closeAndComeBack, "gate full");
}

/** Past the gate, and bounded for who asks and never reads. */
function pongOf(out: OutSocket): (data: Uint8Array) => void {
  let waiting = 0;
  const sent = () => {
    waiting -= 1;
  };
  return (data) => {
    if (waiting >= pongsMax || !keepsUp(out)) return;
    waiting += 1;
    out.send(data, frameOptions, sent);
  };
}
