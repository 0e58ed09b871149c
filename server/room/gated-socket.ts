/**
 * The one place through which every byte of a room's socket passes. A guarded socket's `send` and `close`
 * go to its match, which lets them out when the tick they reflect is durable (P2). It wraps the socket
 * itself, below Colyseus, so that no feature of Colyseus, present or future, can go around it.
 */
import type { Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import type { WebSocket } from "ws";
import type { Patch } from "./patch-serializer.ts";

/** Unsent bytes a client's connection may hold; a client that reads more slowly is disconnected. */
const unsentBytesMax = 1024 * 1024;
/** The SDK reconnects by itself after this code. */
export const closeAndComeBack = 4010;

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
}

/** What waits in the gate: a message, a patch for the whole room, or the close that must not overtake them. */
export type OutFrame =
  | ({ readonly kind: "patch" } & Patch)
  | {
      readonly kind: "message";
      readonly to: OutSocket;
      readonly data: Uint8Array;
      readonly callback: SendCallback | undefined;
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
      if (keepsUp(frame.to)) frame.to.send(frame.data, frameOptions, frame.callback);
      break;
    case "close":
      frame.to.close(frame.code, frame.reason);
      break;
  }
}

/** Colyseus' answer to a ping. */
function isPong(data: Uint8Array): boolean {
  return data.length === 1 && data[0] === Protocol.PING;
}

/** Whether the client is there and reads; who does not read is sent away, it gets the full state later. */
function keepsUp(socket: OutSocket): boolean {
  if (!socket.isOpen()) return false;
  if (socket.unsentBytes() <= unsentBytesMax) return true;
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
  onBytes: (bytes: number) => void;
  /** Whether the process stood still for so long that nothing may leave it any more. */
  stale: (() => boolean) | undefined;
}): OutSocket {
  const { socket, tcp, gate, onBytes, stale = () => false } = parts;
  const sendNow = socket.send.bind(socket) as OutSocket["send"];
  const out: OutSocket = {
    isOpen: () => socket.readyState === socket.OPEN,
    send: (data, options, callback) => {
      if (!stale()) sendNow(data, options, callback);
    },
    write: (frame) => {
      if (!stale()) tcp.write(frame);
    },
    close: socket.close.bind(socket),
    unsentBytes: () => tcp.writableLength,
  };
  const send = (data: Uint8Array, _options?: SendOptions, callback?: SendCallback) => {
    if (gate.lifecycle === "stopped") return;
    onBytes(data.length);
    // It reflects no tick. Held back, a frozen match would look like a dead connection.
    if (isPong(data)) return out.send(data, frameOptions, callback);
    if (!gate.send({ kind: "message", to: out, data, callback }, data.length))
      out.close(closeAndComeBack, "gate full");
  };
  socket.send = send as typeof socket.send;
  socket.close = (code = 1000, data) => {
    const reason = data === undefined ? undefined : String(data);
    const kept = gate.lifecycle !== "stopped" && gate.send({ kind: "close", to: out, code, reason }, 0);
    if (!kept) out.close(code, reason);
  };
  return out;
}
