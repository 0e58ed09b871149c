/**
 * Colyseus' transport in a process that owns no rooms: an HTTP server without WebSockets. An upgrade is refused like
 * any other request for something that is not here. The SDK tries again, and the load balancer finds the owner.
 */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { Connections } from "./connections.ts";
import { watchedServer } from "./http-server.ts";
import { noMatchAddress, refuseUpgrade } from "./refuse-upgrade.ts";
import { upgradeTarget } from "./upgrade-target.ts";

export class ClosedTransport extends WebSocketTransport {
  constructor(connections: Connections) {
    super({ server: watchedServer(connections) });
  }

  protected override listenForUpgrade(server: HttpServer): void {
    server.on("upgrade", (request: IncomingMessage, connection: Duplex) => {
      const known = upgradeTarget(request.url) !== undefined;
      refuseUpgrade(connection, known ? { code: "connection/none-here" } : noMatchAddress);
    });
  }
}
