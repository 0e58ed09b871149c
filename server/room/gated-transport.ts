/**
 * Colyseus' WebSocket transport with the gate in front of every socket that belongs to a match's room. It
 * adds nothing else.
 */
import type { IncomingMessage } from "node:http";
import { matchMaker } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";
import { MatchRoom } from "./match-room.ts";

type OnConnection = (socket: WebSocket, request: IncomingMessage, upgrade?: unknown) => Promise<void>;

export class GatedTransport extends WebSocketTransport {
  // ws calls this with its own `this`; Colyseus' method does not use it either.
  protected override async onConnection(
    ...[socket, request, upgrade]: Parameters<OnConnection>
  ): Promise<void> {
    const room = matchMaker.getLocalRoomById(roomIdOf(request.url ?? "/"));
    if (room instanceof MatchRoom) room.guard(socket, request.socket);
    return (super.onConnection as OnConnection)(socket, request, upgrade);
  }
}

/** The last path segment, as Colyseus reads it: /processId/roomId?sessionId=… */
function roomIdOf(url: string): string {
  return new URL(url, "ws://server").pathname.split("/").at(-1) ?? "";
}
