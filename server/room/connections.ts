/**
 * The connections of a process: how many there may be, in total and per address, and which of them is closed when a
 * new one arrives at the limit. Closed first are those without a request, then those between two requests, then those
 * that have not joined. A player is never disconnected for a newcomer. It counts sockets, whatever they carry.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { boundPipelining, UnansweredRequests } from "./pipelining.ts";

/** The share of the free files at the start that is kept for the store, the log and other nodes. */
const reserveShare = 1 / 20;
const reserveMin = 16;
const reserveMax = 512;
/** A server that nobody can play on is useless. */
const connectionsMin = 4;

/**
 * `full`: the process has no room; `address`: its address has too many; `idle`: it was closed to make room; `pipelined`:
 * it sent too many requests at once.
 */
export type TurnedAway = "full" | "address" | "idle" | "pipelined";

export interface ConnectionsParts {
  readonly totalMax: number;
  /** 0 means no limit. */
  readonly perAddressMax: number;
  /**
   * The name under which a connection from this address is counted; undefined for a load balancer, which brings many.
   */
  readonly nameOf: (address: string) => string | undefined;
  /**
   * The same for an upgrade through a balancer; undefined when its connection was counted or its client is unknown.
   */
  readonly clientOf: (request: IncomingMessage) => string | undefined;
  readonly onTurnedAway: (why: TurnedAway) => void;
}

export class Connections {
  readonly #parts: ConnectionsParts;
  #open = 0;
  readonly #ofAddress = new Map<string, number>();
  /** Each set has its oldest entry first. */
  readonly #silent = new Set<Socket>();
  readonly #idle = new Set<Socket>();
  readonly #joining = new Set<Socket>();
  readonly #unanswered = new UnansweredRequests();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
  }

  /** Called before anything else listens to the server's connections. */
  watch(server: HttpServer): void {
    server.on("connection", (socket: Socket) => this.#opened(socket));
    boundPipelining(server, () => this.#parts.onTurnedAway("pipelined"));
  }

  /** Called once the request listeners are there: removing Colyseus' listeners removes all earlier ones. */
  watchRequests(server: HttpServer): void {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      if (!this.#unanswered.begins(request, response)) this.#parts.onTurnedAway("pipelined");
      this.#set(socket, undefined);
      response.once("close", () => {
        if (!socket.destroyed) this.#set(socket, this.#idle);
      });
    });
  }

  get open(): number {
    return this.#open;
  }

  /**
   * The connection is being upgraded and its client has not joined yet. @returns false when the client has too many
   */
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
    // The socket is closed already.
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

  /** Its descriptor is free when this returns, although the socket reports its close later. */
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

  /** Counts one more connection for a name, until it closes. @returns false when that is one too many */
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

/**
 * How many connections a process may have: as many as are configured, if its limit of open files allows them.
 * @param files that limit, and how many are open before any client connects
 */
export function connectionsFor(configured: number, files: { limit: number; open: number }): number {
  const free = files.limit - files.open;
  const reserve = Math.min(reserveMax, Math.max(reserveMin, Math.ceil(free * reserveShare)));
  return Math.max(connectionsMin, Math.min(configured, free - reserve));
}
