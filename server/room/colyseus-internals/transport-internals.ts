/**
 * Privates of Colyseus' WebSocket transport and of the sockets under it. The protected members are
 * overridden by the subclasses in gated-transport.ts and closed-transport.ts; here they are only checked.
 */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { WebSocketTransport } from "@colyseus/ws-transport";
import { type WebSocket, WebSocketServer } from "ws";
import { type InstalledParts, type PrivateRow, says, takes } from "./private-row.ts";

interface ClosingSocket {
  readonly _closeFrameReceived: boolean;
}

/** Whether the client has closed the connection. ws then calls the socket's `close` to answer. */
export const saidGoodbye = (socket: WebSocket): boolean =>
  (socket as unknown as ClosingSocket)._closeFrameReceived;

/** What reads a connection's frames. */
interface FrameReceiver {
  readonly _state: number;
  readonly _bufferedBytes: number;
  readonly _fragmented: number;
  readonly _opcode: number;
  readonly _errored: boolean;
  readonly writableLength: number;
  write(chunk: Buffer): boolean;
}

const receiverOf = (socket: WebSocket) => (socket as unknown as { _receiver: FrameReceiver })._receiver;
const closeOpcode = 8;

/** Whether the next byte begins a frame that may be a whole message. */
function isBetweenMessages(receiver: FrameReceiver): boolean {
  const { _state, _bufferedBytes, _fragmented, _opcode, _errored, writableLength } = receiver;
  if (_errored || _opcode === closeOpcode) return false;
  return _state === 0 && _bufferedBytes === 0 && _fragmented === 0 && writableLength === 0;
}

/**
 * Shows what arrives to `take` before ws reads it, whenever a message begins there.
 * @param take gives back how many bytes it took, whole frames from the beginning on
 */
export function readBefore(socket: WebSocket, take: (chunk: Buffer) => number): void {
  const receiver = receiverOf(socket);
  const write = receiver.write.bind(receiver);
  receiver.write = (chunk) => {
    const taken = isBetweenMessages(receiver) ? take(chunk) : 0;
    if (taken === chunk.length) return true;
    return write(taken === 0 ? chunk : chunk.subarray(taken));
  };
}

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
  {
    name: "WebSocket#_receiver",
    of: "ws",
    why: "inputs are read before ws, between two of its messages",
    holds: ({ WebSocket }) => {
      const socket = new WebSocket(null as never, undefined, {});
      const { setSocket } = socket as unknown as {
        setSocket(tcp: unknown, head: Buffer, options: object): void;
      };
      const tcp = Object.assign(new PassThrough(), { setTimeout() {}, setNoDelay() {} });
      setSocket.call(socket, tcp, Buffer.alloc(0), {});
      const receiver = receiverOf(socket);
      const seen: string[] = [];
      socket.on("message", (bytes) => seen.push(String(bytes)));
      const begins: boolean[] = [isBetweenMessages(receiver)];
      // A message in two fragments with masks of zeros, of which the second comes in two pieces.
      const mask = [0, 0, 0, 0];
      for (const piece of [[0x02, 0x81, ...mask, 0x61], [0x80, 0x81, ...mask], [0x62]]) {
        receiver.write(Buffer.from(piece));
        begins.push(isBetweenMessages(receiver));
      }
      return seen.join() === "ab" && begins.join() === "true,false,false,true";
    },
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
