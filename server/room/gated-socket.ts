/**
 * The one place through which every byte of a room's socket passes. A guarded socket's `send` and `close` go to its
 * match, which releases them when the tick they reflect is durable (P2). It wraps the socket itself, below Colyseus,
 * so that no feature of Colyseus, present or future, can bypass it.
 */
import type { Socket } from "node:net";
import { CloseCode, Protocol } from "@colyseus/core";
import type { WebSocket } from "ws";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import { saidGoodbye } from "./colyseus-internals/transport-internals.ts";
import { kindOf } from "./ws-frames.ts";

/**
 * Unsent bytes a client's connection may hold besides a full state; a client that reads more slowly is disconnected.
 */
const unsentBytesMax = 1024 * 1024;
/** Bytes of one client's messages in the gate. Beyond it the client is disconnected; the match is not held up. */
const heldBytesMax = 256 * 1024;
/** Memory that a waiting message costs besides its bytes. */
const waitingBytes = 256;
/** Answers to pings that are not sent yet; further ones are dropped. */
const pongsMax = 16;
/** Full states of one match that may wait in its gate, as a multiple of the largest. */
const waitingStatesMax = 4;
/** The SDK reconnects by itself after this code. */
export const closeAndComeBack = closeCodes.mayTryReconnect;

type SendOptions = { binary: boolean };
type SendCallback = (error?: Error) => void;

/** The ungated socket; only the gate and the room's notices use it. */
export interface OutSocket {
  readonly isOpen: () => boolean;
  /** Sends one message, which ws frames. A spectator's may wait (watch-delay.ts), as what is written. */
  send: (data: Uint8Array, options?: SendOptions, callback?: SendCallback) => void;
  /**
   * Sends bytes that are framed already. They stay in order with `send`: without compression ws also writes at once.
   */
  write: (frame: Uint8Array) => void;
  readonly close: (code: number, reason?: string) => void;
  readonly unsentBytes: () => number;
  /** Size of the newest full state. It is counted apart, as no client reads a full state at once. */
  stateBytes: number;
  /** Bytes of this client's messages in the gate. */
  heldBytes: number;
}

/** Limits for the full states of a match. */
export interface StateLimit {
  /** The largest that is sent. */
  readonly bytesMax: number;
  /** Bytes of full states that wait in the gate. */
  waitingBytes: number;
  /** Called when a full state exceeds the limit. */
  readonly onTooLarge: (bytes: number) => void;
}

/** One patch for the whole room, as ws frames. */
export interface Patch {
  readonly to: readonly OutSocket[];
  /** The frames of all receivers, one after the other; or one, which all of them get. */
  readonly frames: Buffer;
  /** Where each receiver's frame ends in `frames`; a number: the length of every one; undefined: there is one for all. */
  readonly ends: readonly number[] | number | undefined;
}

/** What may wait in the gate: a message, a patch for the whole room, or a close that must not overtake them. */
export type OutFrame =
  | ({ readonly kind: "patch" } & Patch)
  | {
      readonly kind: "message";
      readonly to: OutSocket;
      readonly data: Uint8Array;
      readonly callback: SendCallback | undefined;
      /** Set for a full state. */
      readonly state: StateLimit | undefined;
    }
  | {
      readonly kind: "close";
      readonly to: OutSocket;
      readonly code: number;
      readonly reason: string | undefined;
    };

/** The match's gate, as the guard uses it. */
export interface FrameGate {
  /** @returns false when the gate cannot hold more */
  send(frame: OutFrame, bytes: number): boolean;
  readonly lifecycle: string;
}

const frameOptions: SendOptions = { binary: true };

/** Sends what the gate released. Never throws: the transport deals with a dead socket. */
export function deliver(frame: OutFrame): void {
  switch (frame.kind) {
    case "patch":
      deliverPatch(frame);
      break;
    case "message":
      deliverMessage(frame);
      break;
    case "close":
      frame.to.close(frame.code, frame.reason);
      break;
  }
}

function deliverPatch({ to, frames, ends }: Patch): void {
  if (ends === undefined) {
    for (const socket of to) if (keepsUp(socket)) socket.write(frames);
    return;
  }
  let start = 0;
  for (const [index, socket] of to.entries()) {
    const end = typeof ends === "number" ? start + ends : ends[index]!;
    if (keepsUp(socket)) socket.write(frames.subarray(start, end));
    start = end;
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

export function isFullState(data: Uint8Array): boolean {
  return kindOf(data) === Protocol.ROOM_STATE;
}

/** Whether the client is connected and reads. One that does not is disconnected; it gets the full state later. */
export function keepsUp(socket: Pick<OutSocket, "isOpen" | "unsentBytes" | "stateBytes" | "close">): boolean {
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
 * Invariant: what is sent is a buffer of its own, never the encoder's shared one. Colyseus' timed frames (in rooms
 * with inputs) and its messages satisfy this.
 * @param tcp the connection under `socket`
 */
export function guardSocket(parts: {
  socket: WebSocket;
  tcp: Socket;
  gate: FrameGate;
  states: StateLimit;
  onBytes: (bytes: number) => void;
  /** The connection is closed with the code on which the SDK reconnects, for what this client sends or does not read. */
  onSentAway: () => void;
  /** Whether the process stood still beyond its lease, so that it must not send anything any more. */
  stale: (() => boolean) | undefined;
  /** What answers a ping instead of the kind alone. */
  pong?: (() => Uint8Array | undefined) | undefined;
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
      // That its match left this process says nothing of the client, which may come back to it here very soon.
      const isForItself = code === closeAndComeBack && gate.lifecycle !== "stopped";
      if (isForItself && socket.readyState === socket.OPEN) onSentAway();
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
    // A pong reflects no tick. If it were held back, a frozen match would look like a dead connection.
    if (isPong(data)) pong(parts.pong?.() ?? data);
    else if (isFullState(data)) sendState({ out, gate, states, data, callback });
    else sendMessage({ out, gate, data, callback });
  };
  socket.send = send as typeof socket.send;
  socket.close = (code = 1000, data) => {
    const reason = data === undefined ? undefined : String(data);
    // ws answers a client's close with this same method. That says nothing of the match, and the client reads no
    // more.
    if (saidGoodbye(socket)) return out.close(code, reason);
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

/** Not counted in the gate's limit, which freezes the match: one full state may exceed that limit. */
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

/** Pongs bypass the gate. They are bounded for a client that pings and never reads. */
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
