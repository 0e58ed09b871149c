/**
 * Privates of Colyseus' WebSocket transport and of the sockets under it. The protected members are
 * overridden by the subclasses in gated-transport.ts and closed-transport.ts; here they are only checked.
 */
import { EventEmitter } from "node:events";
import type { WebSocketTransport } from "@colyseus/ws-transport";
import { type WebSocket, WebSocketServer } from "ws";
import { type InstalledParts, type PrivateRow, says, takes } from "./private-row.ts";

interface ClosingSocket {
  readonly _closeFrameReceived: boolean;
}

/** Whether the client has closed the connection. ws then calls the socket's `close` to answer. */
export const saidGoodbye = (socket: WebSocket): boolean =>
  (socket as unknown as ClosingSocket)._closeFrameReceived;

interface TransportInternals {
  readonly wss: unknown;
  listenForUpgrade(server: unknown): void;
  autoTerminateUnresponsiveClients(everyMs: number, missedMax: number): void;
  onConnection(): Promise<void>;
}

const inside = (transport: WebSocketTransport) => transport as unknown as TransportInternals;

export const transportRows: readonly PrivateRow[] = [
  {
    name: "WebSocketTransport#listenForUpgrade",
    of: "@colyseus/ws-transport",
    why: "every upgrade passes our gate",
    holds: (installed) => {
      const called: unknown[] = [];
      const { server } = probedTransport(installed, { listenForUpgrade: (given) => called.push(given) });
      return called.length === 1 && called[0] === server && server.listenerCount("upgrade") === 0;
    },
  },
  {
    name: "WebSocketTransport#autoTerminateUnresponsiveClients",
    of: "@colyseus/ws-transport",
    why: "we count the pings, because a slow line is not a dead one",
    holds: (installed) => {
      const called: unknown[] = [];
      const { server } = probedTransport(installed, {
        autoTerminateUnresponsiveClients: (...given) => called.push(...given),
      });
      server.emit("listening");
      return called[0] === probedPings.pingInterval && called[1] === probedPings.pingMaxRetries;
    },
  },
  {
    name: "WebSocketTransport#pingInterval",
    of: "@colyseus/ws-transport",
    why: "our pings end when the server closes",
    holds: ({ WebSocketTransport }) => says(WebSocketTransport, "clearInterval(this.pingInterval)"),
  },
  {
    name: "WebSocketTransport#wss",
    of: "@colyseus/ws-transport",
    why: "it makes sockets of the upgrades that we accept, and lists those to ping",
    holds: (installed) => inside(probedTransport(installed).transport).wss instanceof WebSocketServer,
  },
  {
    name: "WebSocketTransport#onConnection",
    of: "@colyseus/ws-transport",
    why: "it is called with a socket behind the gate, and its failure is caught",
    holds: ({ WebSocketTransport }) => {
      const { onConnection } = inside(WebSocketTransport.prototype);
      return takes(onConnection, 3) && onConnection.constructor.name === "AsyncFunction";
    },
  },
  {
    name: "WebSocketTransport: rawClient.pingCount",
    of: "@colyseus/ws-transport",
    why: "a pong sets it to 0; we count it up",
    holds: ({ WebSocketTransport }) => {
      const { onConnection } = inside(WebSocketTransport.prototype);
      return says(onConnection, "rawClient.pingCount = 0") && says(onConnection, '"pong", heartbeat');
    },
  },
  {
    name: "WebSocket#_closeFrameReceived",
    of: "ws",
    why: "the close of a client is answered at once, also while its match is frozen",
    // Without an address it is a server's socket, and opens nothing.
    holds: ({ WebSocket }) => saidGoodbye(new WebSocket(null as never, undefined, {})) === false,
  },
];

const probedPings = { pingInterval: 1500, pingMaxRetries: 4 };

/** A transport over something that is no real server, with some of its methods overridden. */
function probedTransport(
  { WebSocketTransport }: InstalledParts,
  overridden: {
    [Name in "listenForUpgrade" | "autoTerminateUnresponsiveClients"]?: (...given: never[]) => unknown;
  } = {},
) {
  const server = new EventEmitter();
  class Probed extends WebSocketTransport {}
  Object.assign(Probed.prototype, overridden);
  return { server, transport: new Probed({ server: server as never, ...probedPings }) };
}
