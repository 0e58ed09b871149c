/**
 * The port of a supervised server, held by the supervisor: bound here, listened on by its child. While no child
 * lives, connections wait in the kernel's queue and the next child serves them; none is refused. The supervisor
 * neither listens nor accepts: a connection that it accepted would be lost to the child.
 */
import { lookup } from "node:dns/promises";
import { BoundSocket } from "node:net";
import type { ListenPlace } from "../net/address.ts";
import { listenFailure } from "../net/port-error.ts";

export class KeptPort {
  readonly port: number;
  /** The descriptor for children. */
  readonly fd: number;
  readonly #socket: BoundSocket;

  private constructor(socket: BoundSocket) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.fd = socket.fd();
  }

  /**
   * @returns undefined where a socket cannot be passed on (Windows): children then listen themselves. @throws
   * PortError
   */
  static async open(place: ListenPlace): Promise<KeptPort | undefined> {
    try {
      const { address } = await lookup(place.host);
      const socket = new BoundSocket({ host: address, port: place.port });
      if (socket.fd() >= 0) return new KeptPort(socket);
      socket.close();
      return undefined;
    } catch (error) {
      throw listenFailure(error as Error, place);
    }
  }

  /** Waiting connections are refused once no child has the socket either. */
  close(): void {
    this.#socket.close();
  }
}
