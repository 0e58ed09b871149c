/**
 * The connections of a process: how many there may be, in all and of one address, and which of them go first when
 * one more comes: those that have asked for nothing yet, then those between two requests, then those that have not
 * joined yet. Who plays is never sent away for a newcomer. It counts sockets, whatever they carry.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** `full`: no room for it; `address`: its address has too many; `idle`: it made room for another one. */
export type TurnedAway = "full" | "address" | "idle";

export interface ConnectionsParts {
  readonly totalMax: number;
  /** 0: no limit. */
  readonly perAddressMax: number;
  /** Under which name a new connection from this address is counted; undefined: a balancer's, which brings many. */
  readonly nameOf: (address: string) => string | undefined;
  /** The same of an upgrade through a balancer; undefined: its connection was counted, or nobody knows whose it is. */
  readonly clientOf: (request: IncomingMessage) => string | undefined;
  readonly onTurnedAway: (why: TurnedAway) => void;
}

export class Connections {
  readonly #parts: ConnectionsParts;
  #open = 0;
  readonly #ofAddress = new Map<string, number>();
  /** Each oldest first. */
  readonly #silent = new Set<Socket>();
  readonly #idle = new Set<Socket>();
  readonly #joining = new Set<Socket>();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
  }

  /** Before anybody else listens to the server's connections. */
  watch(server: HttpServer): void {
    server.on("connection", (socket: Socket) => this.#opened(socket));
  }

  /** When those who answer requests are there: Colyseus' listeners are taken away, with all others. */
  watchRequests(server: HttpServer): void {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.#set(socket, undefined);
      response.once("close", () => {
        if (!socket.destroyed) this.#set(socket, this.#idle);
      });
    });
  }

  get open(): number {
    return this.#open;
  }

  /** One that is upgraded now, and whose client has not joined yet. @returns false when its client has too many */
  joins(request: IncomingMessage): boolean {
    const name = this.#parts.clientOf(request);
    if (name !== undefined && !this.#count(name, request.socket)) return false;
    this.#set(request.socket, this.#joining);
    return true;
  }

  joined(socket: Socket): void {
    this.#set(socket, undefined);
  }

  #opened(socket: Socket): void {
    const { remoteAddress } = socket;
    // It is gone already.
    if (remoteAddress === undefined) return void socket.destroy();
    const { nameOf, totalMax, onTurnedAway } = this.#parts;
    if (this.#open >= totalMax && !this.#makeRoom()) {
      onTurnedAway("full");
      return void socket.resetAndDestroy();
    }
    this.#open += 1;
    socket.once("close", () => {
      this.#open -= 1;
      this.#set(socket, undefined);
    });
    this.#set(socket, this.#silent);
    const name = nameOf(remoteAddress);
    if (name !== undefined && !this.#count(name, socket)) socket.resetAndDestroy();
  }

  /** Its descriptor is free when this returns; that it is closed is said later. */
  #makeRoom(): boolean {
    for (const waiting of [this.#silent, this.#idle, this.#joining]) {
      for (const socket of waiting) {
        waiting.delete(socket);
        if (socket.destroyed) continue;
        this.#parts.onTurnedAway("idle");
        socket.resetAndDestroy();
        return true;
      }
    }
    return false;
  }

  #set(socket: Socket, to: Set<Socket> | undefined): void {
    for (const from of [this.#silent, this.#idle, this.#joining]) from.delete(socket);
    to?.add(socket);
  }

  /** Counts one more of a name, until the connection closes. @returns false when that is one too many */
  #count(name: string, socket: Socket): boolean {
    const { perAddressMax } = this.#parts;
    const count = this.#ofAddress.get(name) ?? 0;
    if (perAddressMax > 0 && count >= perAddressMax) {
      this.#parts.onTurnedAway("address");
      return false;
    }
    this.#ofAddress.set(name, count + 1);
    socket.once("close", () => this.#uncount(name));
    return true;
  }

  #uncount(name: string): void {
    const count = (this.#ofAddress.get(name) ?? 1) - 1;
    if (count === 0) this.#ofAddress.delete(name);
    else this.#ofAddress.set(name, count);
  }
}
