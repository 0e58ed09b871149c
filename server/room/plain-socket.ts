/**
 * The connection of a client to a room that is no match: nothing is held back, as nothing is stored. What it may send, and
 * how much may wait for a client that does not read, is limited as in a match. It decides nothing about the room.
 */
import type { Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import type { WebSocket } from "ws";
import { FrameGuard, type Guard, typeEnd } from "./frame-guard.ts";
import { isFullState, keepsUp } from "./gated-socket.ts";
import { kindOf } from "./ws-frames.ts";

const noInputs = new FrameGuard([]);

/**
 * What any room of Colyseus may be sent: what a match may, raw bytes, and inputs of any declaration, which Colyseus
 * decodes itself. What that throws ends the connection alone.
 */
export const plainFrames: Guard = {
  fault(frame, binary) {
    if (!binary) return "text";
    switch (kindOf(frame)) {
      case Protocol.ROOM_INPUT_RELIABLE:
      case Protocol.ROOM_INPUT_UNRELIABLE:
        return undefined;
      case Protocol.ROOM_DATA_BYTES:
        return typeEnd(frame, 1) < 0 ? "shape" : undefined;
      default:
        return noInputs.fault(frame, binary);
    }
  },
};

/** Ends the connection of a client that reads too slowly, before memory fills with what it is sent. */
export function boundSocket(socket: WebSocket, tcp: Socket): void {
  const send = socket.send.bind(socket) as (data: Uint8Array, ...given: unknown[]) => void;
  const out = {
    isOpen: () => socket.readyState === socket.OPEN,
    unsentBytes: () => tcp.writableLength,
    close: (code: number, reason?: string) => socket.close(code, reason),
    stateBytes: 0,
  };
  socket.send = ((data: Uint8Array, ...given: unknown[]) => {
    if (!keepsUp(out)) return;
    if (isFullState(data)) out.stateBytes = data.length;
    send(data, ...given);
  }) as typeof socket.send;
}
