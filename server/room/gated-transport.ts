/**
 * Colyseus' WebSocket transport with the gate in front of every socket that belongs to a match's room. In a
 * fleet, who comes back to a match that is not here is sent to look again. It adds nothing else.
 */
import type { IncomingMessage } from "node:http";
import { matchMaker } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";
import { closeAndComeBack } from "./gated-socket.ts";
import { MatchRoom } from "./match-room.ts";

type OnConnection = (socket: WebSocket, request: IncomingMessage, upgrade?: unknown) => Promise<void>;

export class GatedTransport extends WebSocketTransport {
  /** Whether a match that is not here may run elsewhere. Of the class: ws calls `onConnection` without an instance. */
  static inFleet = false;

  // ws calls this with its own `this`; Colyseus' method does not use it either.
  protected override async onConnection(
    ...[socket, request, upgrade]: Parameters<OnConnection>
  ): Promise<void> {
    const url = new URL(request.url ?? "/", "ws://server");
    const room = matchMaker.getLocalRoomById(roomIdOf(url));
    if (room instanceof MatchRoom) room.guard(socket, request.socket);
    // Colyseus would say that the seat is gone, and the SDK would give up.
    else if (GatedTransport.inFleet && url.searchParams.has("reconnectionToken")) {
      socket.close(closeAndComeBack, "not here");
      return;
    }
    return (super.onConnection as OnConnection)(socket, request, upgrade);
  }
}

/** The last path segment, as Colyseus reads it: /processId/roomId?sessionId=… */
function roomIdOf(url: URL): string {
  return url.pathname.split("/").at(-1) ?? "";
}
