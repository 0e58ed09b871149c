/**
 * Opens the port of a Colyseus transport. Colyseus handles errors of its server only after it listens, so it would
 * wait forever for a port that is in use. The transport owns the socket.
 */
import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { WebSocketTransport } from "@colyseus/ws-transport";
import type { ListenPlace } from "../net/address.ts";
import { listenFailure } from "../net/port-error.ts";

/** The kernel lowers this to its own limit (net.core.somaxconn on Linux). */
const backlogMax = 65_535;

/**
 * Called before Colyseus listens: its `listen` call is replaced by this one.
 * @param ready called when Colyseus has all that was configured, and has added nothing of its own yet
 */
export function listenAt(transport: WebSocketTransport, place: ListenPlace, ready = () => {}): void {
  transport.listen = (_port, _hostname, _backlog, listening?: (error?: Error) => void) => {
    ready();
    open(transport.server as HttpServer, place).then(
      () => listening?.(),
      (error) => listening?.(error),
    );
    return transport;
  };
}

/** @throws PortError */
async function open(server: HttpServer, { port, host, fd }: ListenPlace): Promise<void> {
  try {
    // Node takes the backlog from the options for a port, and from the second argument for a descriptor.
    if (fd === undefined) server.listen({ port, host, backlog: backlogMax });
    else server.listen({ fd }, backlogMax);
    await once(server, "listening");
  } catch (error) {
    throw listenFailure(error as Error, { port, host, ...(fd !== undefined && { fd }) });
  }
}
