/**
 * Colyseus in a process that owns matches: its matchmaker, its transport with our gate, and one room class per game.
 * It does not serve HTTP. A process builds only one, because Colyseus' matchmaker is global.
 */
import type { Server as HttpServer, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { matchMaker, type RegisteredHandler, type Room, type Router, Server } from "@colyseus/core";
import type { AnyGame, Seat } from "../../shared/game/game.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { MatchHost } from "../match/host.ts";
import type { LeftMatch } from "../match/restores.ts";
import type { ListenPlace } from "../net/address.ts";
import { type Configured, serverOptions } from "./configured.ts";
import type { Connections } from "./connections.ts";
import type { DurableParts } from "./durable/durable-host.ts";
import { durableRoomOf } from "./durable/durable-room-of.ts";
import { roomGame } from "./durable/room-world.ts";
import type { OutFrame } from "./gated-socket.ts";
import { GatedTransport, type TransportParts } from "./gated-transport.ts";
import { type HostedRoom, hostedRoomOf } from "./hosted-room.ts";
import { answerInstead } from "./http-of-our-own.ts";
import type { Invitations } from "./invitations.ts";
import { limitedLines } from "./limited-lines.ts";
import { listenAt } from "./listen.ts";
import { MatchRoom, matchRoomOf } from "./match-room.ts";
import { quietLogger } from "./quiet-logger.ts";
import { hostedOf, seatsMaxOf } from "./reservation.ts";
import { type RoomOpening, roomOfRestored } from "./restored-room.ts";
import type { RoomParts } from "./room-parts.ts";
import type { SharedListing } from "./shared-listing.ts";
import { UserReservations } from "./user-reservations.ts";

/** Limits the log lines of Colyseus and of connections, because clients can cause them. */
const linesPerMinuteMax = 60;

/** Kinds of durable rooms, under the names by which clients ask for them. */
export interface DurableRooms extends Pick<DurableParts, "holdSeconds" | "developing"> {
  readonly of: readonly {
    readonly name: string;
    readonly klass: new () => Room;
    readonly handler: RegisteredHandler;
  }[];
}

const noDurableRooms: DurableRooms = { of: [], holdSeconds: 0, developing: false };

export interface ColyseusParts extends Omit<RoomParts, "game" | "reservations" | "invited"> {
  readonly invitations: Invitations;
  readonly games: readonly AnyGame[];
  /** Rooms of Colyseus that are kept. */
  readonly durable?: DurableRooms;
  /** Answers HTTP. */
  readonly onRequest: RequestListener;
  /** Set in a fleet. Without it, Colyseus keeps its listing in this process. */
  readonly listing?: SharedListing;
  readonly connections: Connections;
  readonly mayConnect: TransportParts["mayConnect"];
  /** Wakes a match that a player returns to. */
  readonly wake: TransportParts["wake"];
  readonly isKept: TransportParts["isKept"];
  /** host:port at which clients reach this process directly; undefined behind a load balancer. */
  readonly publicAddress?: string;
  /** What users of Colyseus configure besides rooms. */
  readonly configured?: Configured;
}

export interface BookedMatch {
  readonly id: string;
  readonly origin: MatchOrigin;
  readonly free: readonly Seat[];
  readonly players: readonly { readonly seat: Seat; readonly userId: string }[];
}

export class ColyseusServer {
  readonly #server: Server;
  readonly #transport: GatedTransport;
  readonly #host: MatchHost<OutFrame>;
  readonly #onRequest: RequestListener;
  readonly #connections: Connections;
  readonly #invitations: Invitations;
  #routes: Router | undefined;

  constructor(parts: ColyseusParts) {
    this.#host = parts.host;
    this.#onRequest = parts.onRequest;
    this.#connections = parts.connections;
    this.#invitations = parts.invitations;
    const { listing, publicAddress } = parts;
    const log = limitedLines(parts.log, { linesPerMinuteMax, nowMs: parts.host.nowMs });
    this.#transport = new GatedTransport({
      ...{ inFleet: listing !== undefined, nowMs: parts.host.nowMs, log },
      ...{ connections: parts.connections, mayConnect: parts.mayConnect },
      ...{ wake: parts.wake, isKept: parts.isKept },
      onRefused: (fault) => parts.metrics.messageRefused(fault),
    });
    // The node registry knows which nodes are alive. Colyseus' own check waits 2 s for each dead one.
    if (listing !== undefined) matchMaker.setHealthChecksEnabled(false);
    this.#server = new Server({
      transport: this.#transport,
      ...(listing !== undefined && { driver: listing.driver, presence: listing.presence }),
      ...(publicAddress !== undefined && { publicAddress }),
      ...serverOptions(parts.configured),
      greet: false,
      gracefullyShutdown: false,
      logger: quietLogger(log),
    });
    if (parts.configured?.routes !== undefined) this.#server.router = parts.configured.routes;
    const reservations = new UserReservations();
    const invited = parts.invitations;
    for (const game of parts.games)
      this.#server
        .define(game.name, matchRoomOf({ ...parts, reservations, invited, game }))
        .on("create", (room) => (room as unknown as MatchRoom).opened());
    const { of: durableRooms, ...durability } = parts.durable ?? noDurableRooms;
    for (const { name, klass, handler } of durableRooms) {
      handler.klass = durableRoomOf({ ...parts, ...durability, game: roomGame(name) }, klass) as never;
      handler.name = name;
      handler.on("create", (room: Room) => hostedRoomOf(room)!.opened());
      matchMaker.addRoomType(handler);
    }
  }

  /** HTTP routes in Colyseus' form, once it listens; those that Colyseus has itself are not among them. */
  get routes(): Router | undefined {
    return this.#routes;
  }

  /** The id under which Colyseus knows this process. */
  get processId(): string {
    return matchMaker.processId;
  }

  /** Opens the room of a restored match, so that no client is let in while its match is missing. Never rejects. */
  async openRoom(id: string): Promise<RoomOpening> {
    return roomOfRestored(this.#host, id, async ({ match: { game } }) => {
      await matchMaker.onReady;
      if (game.isRoom) await matchMaker.handleCreateRoom(game.name, {}, undefined, id);
      else await matchMaker.handleCreateRoom(game.name, { restore: id });
    });
  }

  /** @returns the matches whose rooms cannot be opened: they keep no other from being opened */
  async openRestoredRooms(): Promise<readonly LeftMatch[]> {
    const left: LeftMatch[] = [];
    for (const { live } of this.#host.all()) {
      if (this.#host.take(live.id) === undefined) continue;
      const opening = await this.openRoom(live.id);
      if (opening.kind === "left") left.push({ id: live.id, reason: opening.reason });
    }
    return left;
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

  /** Connected players and spectators. */
  get connections(): number {
    return this.#hosted().reduce((sum, room) => sum + room.clients.length, 0);
  }

  /** Matches that are not over, without those whose rooms are listed nowhere. */
  matches(): readonly MatchInfo[] {
    return this.#running().filter(({ id }) => hostedOf(id)?.seating.isHidden !== true);
  }

  /** One that is not over. */
  match(id: string): MatchInfo | undefined {
    return this.#running().find((each) => each.id === id);
  }

  /** Running matches that queues created, with their free seats and their players. */
  bookedMatches(): readonly BookedMatch[] {
    return this.#hosted().flatMap((room) => {
      const origin = this.#host.originOf(room.roomId);
      if (origin === undefined || room.live.match.outcome !== undefined) return [];
      if (this.#invitations.calledOff(room.roomId)) return [];
      const free = room.seating.wantsNobody ? [] : this.#invitations.freeSeats(room);
      return [{ id: room.roomId, origin, free, players: room.seating.seated() }];
    });
  }

  /** Shows the match as its game shows it now; its clients stay. */
  showAnew(id: string): void {
    this.#rooms()
      .find(({ roomId }) => roomId === id)
      ?.showAnew();
  }

  /** Removes everyone who has been banned or signed out from every room. */
  putOut(): void {
    for (const room of this.#hosted()) room.putOut();
  }

  /** Refuses new clients and closes every connection with the code on which the SDK reconnects. */
  sendEveryoneAway(): void {
    for (const room of this.#hosted()) {
      room.sockets.notify({ kind: "closing", text: "The server restarts; the match goes on in a moment." });
      room.sockets.sendAway();
    }
    this.#transport.shutdown();
  }

  #hosted(): HostedRoom[] {
    return this.#host.all().flatMap(({ live }) => hostedOf(live.id) ?? []);
  }

  #running(): readonly MatchInfo[] {
    const running = this.#host.all().filter(({ live }) => live.match.outcome === undefined);
    return running.map(({ live, startedAtMs, origin }) => ({
      id: live.id,
      game: live.match.game.name,
      tick: live.match.tick,
      epoch: live.epoch,
      node: this.#host.node,
      seats: { taken: live.match.seatsTaken, max: seatsMaxOf({ live, origin }) },
      ...(origin !== undefined && { queue: origin.queue }),
      startedAt: new Date(startedAtMs).toISOString(),
    }));
  }

  #rooms(): MatchRoom[] {
    return this.#host.all().flatMap(({ live }) => {
      const room = matchMaker.getLocalRoomById(live.id);
      return room instanceof MatchRoom ? [room] : [];
    });
  }
}
