/**
 * Colyseus in a process that owns no matches: its matchmaker, for clients that have only the SDK, over the listing
 * that the fleet shares. It creates no room here, even when Colyseus falls back to this process.
 */
import type { Server as HttpServer, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { matchMaker, Room, type Router, Server } from "@colyseus/core";
import type { ListenPlace } from "../net/address.ts";
import { type Identify, sessionAuth } from "./authentication.ts";
import { ClosedTransport } from "./closed-transport.ts";
import { type Configured, serverOptions } from "./configured.ts";
import type { Connections } from "./connections.ts";
import { answerInstead } from "./http-of-our-own.ts";
import { listenAt } from "./listen.ts";
import { quietLogger } from "./quiet-logger.ts";
import { RoomError } from "./room-error.ts";
import type { SharedListing } from "./shared-listing.ts";

export interface MatchmakerParts {
  readonly games: readonly { readonly name: string }[];
  readonly listing: SharedListing;
  /** Answers HTTP. */
  readonly onRequest: RequestListener;
  readonly connections: Connections;
  /** Identifies the caller of Colyseus' own matchmaking. */
  readonly identify: Identify;
  /** Colyseus' id of the process for a new match; undefined when every node is full. */
  readonly processFor: (game: string) => string | undefined;
  readonly log: (message: string, details: object) => void;
  /** What users of Colyseus configure besides rooms. */
  readonly configured?: Configured;
}

/** The room class that Colyseus would use here when a node does not answer in time. It refuses. */
function noRoomHere(identify: Identify) {
  return class NoRoomHere extends Room {
    static override onAuth = sessionAuth(identify);
    override onCreate(): void {
      throw new RoomError("node/full", "no room node took the match");
    }
  };
}

export class ColyseusMatchmaker {
  readonly #server: Server;
  readonly #transport: ClosedTransport;
  readonly #onRequest: RequestListener;
  readonly #connections: Connections;
  #routes: Router | undefined;

  constructor(parts: MatchmakerParts) {
    const { games, listing, onRequest, identify, processFor, log, connections, configured } = parts;
    this.#onRequest = onRequest;
    this.#connections = connections;
    matchMaker.setHealthChecksEnabled(false);
    this.#transport = new ClosedTransport(connections);
    this.#server = new Server({
      transport: this.#transport,
      driver: listing.driver,
      presence: listing.presence,
      isStandaloneMatchMaker: true,
      selectProcessIdToCreateRoom: async (game) => processFor(game) ?? matchMaker.processId,
      ...serverOptions(configured),
      greet: false,
      gracefullyShutdown: false,
      logger: quietLogger(log),
    });
    if (configured?.routes !== undefined) this.#server.router = configured.routes;
    for (const { name } of games) this.#server.define(name, noRoomHere(identify));
  }

  /** HTTP routes in Colyseus' form, once it listens; those that Colyseus has itself are not among them. */
  get routes(): Router | undefined {
    return this.#routes;
  }

  get processId(): string {
    return matchMaker.processId;
  }

  /** @returns the port, also when the configured one is 0. @throws PortError */
  async listen(place: ListenPlace): Promise<number> {
    listenAt(this.#transport, place, () => {
      this.#routes = this.#server.router as Router | undefined;
    });
    await this.#server.listen(place.port, place.host);
    const http = this.#transport.server as HttpServer;
    answerInstead(http, this.#onRequest);
    this.#connections.watchRequests(http);
    return (http.address() as AddressInfo).port;
  }

  stop(): void {
    this.#transport.shutdown();
  }
}
