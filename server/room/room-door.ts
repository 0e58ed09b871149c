/**
 * Joins a client of the API, which has a session, into a durable room: into the named one, into any open one of its kind, or into
 * a new one. What the room's own `onAuth` refuses to clients without a token, it refuses here. Which filters fit and who is let
 * in at last is for Colyseus and the room, as for clients of the SDK.
 */
import { type AuthContext, matchMaker, type Room } from "@colyseus/core";
import type { Joiner, JoinRequest, SeatReservation } from "../../shared/wire/api.ts";
import type { MatchHost } from "../match/host.ts";
import type { Maker } from "../match/makers.ts";
import { type RoomAuth, withoutAddress } from "./authentication.ts";
import { type Listing, listingOf } from "./colyseus-internals/room-internals.ts";
import { isDurable } from "./durable/durable-room.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { HostedRoom } from "./hosted-room.ts";
import { MatchRoom } from "./match-room.ts";
import type { Ordered } from "./ordered.ts";
import {
  hostedOf,
  type ReservationRefusal,
  refused,
  reserve,
  reservedBefore,
  returnTo,
} from "./reservation.ts";

export interface RoomDoorParts {
  readonly host: MatchHost<OutFrame>;
  readonly ordered: Ordered;
  /** The seat that a queue keeps for the user in a room that it made. */
  readonly booked: (room: HostedRoom, joiner: Joiner) => Promise<SeatReservation | ReservationRefusal>;
}

export class RoomDoor {
  readonly #parts: RoomDoorParts;
  /** The room that is being opened, by kind and filters: who comes meanwhile waits for it instead of opening another. */
  readonly #opening = new Map<string, Promise<Listing>>();

  constructor(parts: RoomDoorParts) {
    this.#parts = parts;
  }

  /** Whether the request is for a durable room. */
  isFor = ({ game, matchId }: Pick<JoinRequest, "game" | "matchId">): boolean => {
    if (matchId === undefined) return isDurable(matchMaker.getRoomClass(game));
    const room = hostedOf(matchId);
    return room !== undefined && !(room instanceof MatchRoom);
  };

  /** @returns a reservation, or why there is none. @throws what Colyseus throws */
  async join(request: JoinRequest, joiner: Joiner): Promise<SeatReservation | ReservationRefusal> {
    if (request.spectate)
      return refused("seat/spectators-full", "a room of Colyseus has no places to watch from");
    const options = { ...request.options, ...(request.name !== undefined && { name: request.name }) };
    const home = this.#home(request, joiner.userId);
    if (home !== undefined) return home;
    const named = request.matchId === undefined ? undefined : hostedOf(request.matchId);
    if (named?.seating.isBooked) return this.#parts.booked(named, joiner);
    const kind = named === undefined ? request.game : named.live.match.game.name;
    const auth = await this.#admitted(kind, options, joiner);
    if ("ok" in auth) return auth;
    const found = await this.#found(request, { named, options, joiner });
    if ("ok" in found) return found;
    const full = this.#parts.host.placesFull(joiner.userId);
    if (full !== undefined) return refused("seat/too-many-yours", full);
    return reserve(found, options, auth);
  }

  /** The place that the user has, or reserved, in the named room; default: in the newest one of the kind. */
  #home({ game, matchId }: JoinRequest, userId: string): SeatReservation | ReservationRefusal | undefined {
    for (const { live } of this.#parts.host.all().toReversed()) {
      const isWanted = matchId === undefined ? live.match.game.name === game : live.id === matchId;
      const room = isWanted && live.lifecycle === "running" ? hostedOf(live.id) : undefined;
      if (room === undefined) continue;
      const own = live.match.seatOfPlayer(userId);
      if (own === "coming") return refused("seat/busy", `you are already joining match "${live.id}"`);
      const place = own === undefined ? reservedBefore(room, userId) : returnTo(room, own);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  async #found(
    { game, matchId, create }: JoinRequest,
    { named, options, joiner }: { named: HostedRoom | undefined; options: object; joiner: Joiner },
  ): Promise<Listing | ReservationRefusal> {
    if (matchId !== undefined && named === undefined)
      return refused("match/unknown", `no running match "${matchId}"`);
    if (named !== undefined)
      return named.room.locked
        ? refused("seat/full", `match "${matchId}" lets nobody in`)
        : listingOf(named.room);
    const open = await matchMaker.findOneRoomAvailable(game, options);
    if (open !== undefined) return open as Listing;
    if (create === false) return refused("match/unknown", "no room with a free place");
    const { userId, address } = joiner;
    return this.#open(game, options, { userId, ...(address !== undefined && { address }) });
  }

  async #open(kind: string, options: object, maker: Maker): Promise<Listing> {
    const filters = matchMaker.getHandler(kind).getFilterOptions(options);
    const key = JSON.stringify([kind, filters]);
    for (let other = this.#opening.get(key); other !== undefined; other = this.#opening.get(key)) {
      // If it was refused, the reason concerned the user who asked for it.
      const opened = await other.catch(() => undefined);
      if (opened !== undefined) return opened;
    }
    const opening = this.#parts.ordered
      .during({ maker }, (by) => matchMaker.handleCreateRoom(kind, options, undefined, by))
      .finally(() => this.#opening.delete(key)) as Promise<Listing>;
    this.#opening.set(key, opening);
    return opening;
  }

  /** What the client is to its room: the session's user, with what a class's own `onAuth` says of one without a token. */
  async #admitted(kind: string, options: object, joiner: Joiner): Promise<RoomAuth | ReservationRefusal> {
    const { onAuth } = matchMaker.getRoomClass(kind) as unknown as typeof Room;
    const context: AuthContext = { token: "", headers: new Headers(), ip: joiner.address ?? "" };
    const said = await Promise.resolve(onAuth("", options, context)).catch(() => false);
    if (!said)
      return refused("room/refused", `the room "${kind}" wants a token of its own: join it with the SDK`);
    return { ...(typeof said === "object" && said), ...withoutAddress(joiner) };
  }
}
