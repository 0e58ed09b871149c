/**
 * How a transport of Colyseus listens here. Colyseus takes the first error of its server only once it listens,
 * so a port that is taken would be waited for without end. Owns no socket: the transport does.
 */
import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { WebSocketTransport } from "@colyseus/ws-transport";
import type { ListenPlace } from "../net/address.ts";
import { listenFailure } from "../net/port-error.ts";

/** The kernel takes less when it allows less: net.core.somaxconn on Linux. */
const backlogMax = 65_535;

/** Call before Colyseus listens: from then on its call comes here. */
export function listenAt(transport: WebSocketTransport, place: ListenPlace): void {
  transport.listen = (_port, _hostname, _backlog, listening?: (error?: Error) => void) => {
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
    // In the form with an object Node looks for the length of the queue in one place, and of a descriptor in another.
    if (fd === undefined) server.listen({ port, host, backlog: backlogMax });
    else server.listen({ fd }, backlogMax);
    await once(server, "listening");
  } catch (error) {
    throw listenFailure(error as Error, { port, host, ...(fd !== undefined && { fd }) });
  }
}
