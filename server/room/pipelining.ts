/**
 * Bounds what one connection may ask for at once. HTTP lets a caller send requests without waiting for their answers, and
 * Node handles all that it read in one turn: 64 KiB of the shortest requests are 2,400, in which a process stands still
 * for seconds. No client of ours does it. So what was read is looked at before Node's parser sees it, and a connection
 * that asks for too much is reset.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of one connection that are read in one turn, or are not answered yet. A body may look like one, too. */
export const pipelinedMax = 16;

/** Ends the headers of every request. */
const headersEnd = Buffer.from("\r\n\r\n");

type Feed = (chunk: Buffer) => void;

/**
 * Called when the server was just made.
 * @param onTooMany a connection was reset
 * @throws Error when Node's server does not read its connections by a listener any more
 */
export function boundPipelining(server: HttpServer, onTooMany: () => void): void {
  const guarded = new WeakMap<object, Feed>();
  server.on("connection", (socket: Socket) => {
    // An observer reset it.
    if (socket.destroyed) return;
    const [feed, ...others] = socket.listeners("data") as Feed[];
    if (feed === undefined || others.length > 0)
      throw new Error("Node's HTTP server does not read by one listener any more");
    const guard: Feed = (chunk) => {
      if (!hasMore(chunk, pipelinedMax)) return feed(chunk);
      onTooMany();
      socket.resetAndDestroy();
    };
    guarded.set(socket, guard);
    socket.removeListener("data", feed);
    socket.on("data", guard);
  });
  // From then on the bytes are a WebSocket's.
  server.prependListener("upgrade", (_request, socket: Socket) => {
    const guard = guarded.get(socket);
    if (guard !== undefined) socket.removeListener("data", guard);
  });
}

/** Called for every request. @returns false when its connection waits for too many answers: it was reset */
export class UnansweredRequests {
  readonly #ofSocket = new WeakMap<Socket, number>();

  begins({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const waiting = (this.#ofSocket.get(socket) ?? 0) + 1;
    this.#ofSocket.set(socket, waiting);
    response.once("close", () => this.#ofSocket.set(socket, this.#ofSocket.get(socket)! - 1));
    if (waiting <= pipelinedMax) return true;
    socket.resetAndDestroy();
    return false;
  }
}

function hasMore(chunk: Buffer, max: number): boolean {
  let count = 0;
  for (let at = chunk.indexOf(headersEnd); at >= 0; at = chunk.indexOf(headersEnd, at + headersEnd.length)) {
    count += 1;
    if (count > max) return true;
  }
  return false;
}
