/**
 * Colyseus in a process that owns no matches: its matchmaker, for clients that have only the SDK, over the listing
 * that the fleet shares. It creates no room here, even when Colyseus falls back to this process.
 */
import type { Server as HttpServer, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { matchMaker, Room, Server } from "@colyseus/core";
import type { ListenPlace } from "../net/address.ts";
import { type Identify, sessionAuth } from "./authentication.ts";
import { ClosedTransport } from "./closed-transport.ts";
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

  constructor({ games, listing, onRequest, identify, processFor, log, connections }: MatchmakerParts) {
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
      greet: false,
      gracefullyShutdown: false,
      logger: quietLogger(log),
    });
    for (const { name } of games) this.#server.define(name, noRoomHere(identify));
  }

  get processId(): string {
    return matchMaker.processId;
  }

  /** @returns the port, also when the configured one is 0. @throws PortError */
  async listen(place: ListenPlace): Promise<number> {
    listenAt(this.#transport, place);
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
