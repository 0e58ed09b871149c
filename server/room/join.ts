/**
 * Joins a client without a queue in this process: finds a seat in its matches, or opens a new match. The process to
 * ask and the identity of the client are decided earlier.
 */
import { matchMaker } from "@colyseus/core";
import type { Joiner, JoinRequest, JoinResponse, SeatReservation } from "../../shared/wire/api.ts";
import type { MatchHost } from "../match/host.ts";
import type { Maker } from "../match/makers.ts";
import { withoutAddress } from "./authentication.ts";
import { type Listing, listingOf } from "./colyseus-internals/room-internals.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { HostedRoom } from "./hosted-room.ts";
import type { Invitations } from "./invitations.ts";
import { MatchRoom } from "./match-room.ts";
import type { Ordered } from "./ordered.ts";
import {
  bookedJoin,
  type ReservationRefusal,
  refusalOf,
  refused,
  reserve,
  reservedBefore,
  returnTo,
  roomOf,
} from "./reservation.ts";
import { RoomDoor } from "./room-door.ts";
import type { Waking } from "./waking.ts";

/** Others may take a match's last free seat between look and reservation. */
const triesMax = 5;

export type JoinOutcome = { readonly ok: true; readonly response: JoinResponse } | ReservationRefusal;

export interface DoorParts {
  readonly host: MatchHost<OutFrame>;
  readonly invitations: Invitations;
  readonly ordered: Ordered;
  readonly waking: Pick<Waking, "wake" | "wakeOpen" | "noneFalls">;
}

export class Door {
  readonly #host: MatchHost<OutFrame>;
  readonly #invitations: Invitations;
  readonly #waking: Pick<Waking, "wake" | "wakeOpen" | "noneFalls">;
  readonly #durable: RoomDoor;
  /**
   * The match that is being opened, by game. A player who joins meanwhile waits for it instead of opening another.
   */
  readonly #opening = new Map<string, Promise<Listing>>();

  constructor({ host, invitations, ordered, waking }: DoorParts) {
    this.#host = host;
    this.#invitations = invitations;
    this.#waking = waking;
    const booked = (room: HostedRoom, joiner: Joiner) => this.#booked(room, joiner);
    this.#durable = new RoomDoor({ host, ordered, booked });
  }

  /**
   * Reserves a place: in the named match, in any open match of the game, or in a new one if that is wanted. A user
   * who has a seat already, in the named match or in any of the game, returns to it. Spectators never create a match. A
   * named match that sleeps is woken, and so is one with a free seat before another one is made.
   */
  async join(request: JoinRequest, joiner: Joiner): Promise<JoinOutcome> {
    const { game, matchId, spectate, name, options } = request;
    if (this.#durable.isFor(request)) return this.#toRoom(request, joiner);
    if (matchId === undefined && !isGame(game)) return refused("game/unknown", `no game "${game}" here`);
    const join = {
      spectate,
      ...(name === undefined ? {} : { name }),
      ...(options === undefined ? {} : { options }),
    };
    for (let tries = 1; ; tries++) {
      try {
        if (matchId === undefined) await this.#waking.noneFalls();
        const woken = matchId === undefined ? undefined : await this.#waking.wake(matchId);
        if (woken?.kind === "refused") return woken.why;
        const found = spectate ? this.#toWatch(request) : await this.#seatFor(request, joiner);
        if ("code" in found) return found;
        if ("sessionId" in found) return reserved(found);
        const full = this.#host.placesFull(joiner.userId);
        if (full !== undefined) return refused("seat/too-many-yours", full);
        return reserved(await reserve(found, join, joiner));
      } catch (error) {
        const refusal = refusalOf(error as Error);
        if (refusal.code !== "seat/full" || matchId !== undefined || tries >= triesMax) return refusal;
      }
    }
  }

  async #toRoom(request: JoinRequest, joiner: Joiner): Promise<JoinOutcome> {
    try {
      const place = await this.#durable.join(request, joiner);
      return "code" in place ? place : reserved(place);
    } catch (error) {
      return refusalOf(error as Error);
    }
  }

  /** Where a seat may be reserved, or the seat that the user has already. */
  async #seatFor(
    request: JoinRequest,
    joiner: Joiner,
  ): Promise<Listing | SeatReservation | ReservationRefusal> {
    const { game, matchId, options } = request;
    const home = this.#home(request, joiner.userId);
    if (home !== undefined) return home;
    if (matchId === undefined) {
      const open = this.#rooms(game).find((room) => room.places.takesPlayers);
      if (open !== undefined) return listingOf(open);
      const woken = await this.#woken(game, joiner.userId);
      if (woken !== undefined) return woken;
      if (request.create === false) return refused("match/unknown", "no match with a free seat");
      return this.#open(game, options, makerOf(joiner));
    }
    const room = roomOf(matchId);
    if (room === undefined) return refused("match/unknown", `no running match "${matchId}"`);
    if (room.places.isBooked) return this.#booked(room, joiner);
    return room.places.takesPlayers
      ? listingOf(room)
      : refused("seat/full", `match "${matchId}" has no free seat`);
  }

  /** A match of the game that slept with a free seat, or the user's own seat in it. */
  async #woken(game: string, userId: string): Promise<Listing | SeatReservation | undefined> {
    const id = await this.#waking.wakeOpen(game);
    const room = id === undefined ? undefined : roomOf(id);
    const own = room?.live.match.seatOfPlayer(userId);
    if (room !== undefined && own !== undefined && own !== "coming") return returnTo(room, own);
    return room?.places.takesPlayers ? listingOf(room) : undefined;
  }

  /** The user's present seat: the newest one when no match is named. */
  #home({ game, matchId }: JoinRequest, userId: string): SeatReservation | ReservationRefusal | undefined {
    const named = matchId === undefined ? undefined : roomOf(matchId);
    for (const room of matchId === undefined ? this.#rooms(game).reverse() : named ? [named] : []) {
      const { lifecycle } = room.live;
      // A match that is over still shows its result to a user who names it.
      if (lifecycle === "stopped" || (matchId === undefined && lifecycle !== "running")) continue;
      const own = room.live.match.seatOfPlayer(userId);
      if (own === "coming") return refused("seat/busy", `you are already joining match "${room.roomId}"`);
      if (own !== undefined) return returnTo(room, own);
    }
    return undefined;
  }

  #toWatch({ game, matchId }: JoinRequest): Listing | ReservationRefusal {
    const rooms = matchId === undefined ? this.#rooms(game) : [roomOf(matchId)];
    const running = rooms.filter((room) => room !== undefined && isRunning(room)) as MatchRoom[];
    const room = running.find(({ places }) => !places.spectatorsFull) ?? running[0];
    if (room === undefined && matchId !== undefined && rooms[0] !== undefined)
      return refused("match/over", `match "${matchId}"`);
    if (room === undefined) return refused("match/unknown", "nothing to watch");
    if (room.places.spectatorsFull)
      return refused("seat/spectators-full", `match "${room.roomId}" has no free place for a spectator`);
    return listingOf(room);
  }

  /** Admits only players that its queue sent, when they took longer to come than their reservation lasts. */
  async #booked(room: HostedRoom, joiner: Joiner): Promise<SeatReservation | ReservationRefusal> {
    const { roomId, live } = room;
    if (live.match.outcome !== undefined) return refused("match/over", `match "${roomId}"`);
    if (this.#invitations.calledOff(roomId)) return refused("match/called-off", `match "${roomId}"`);
    const reserved = reservedBefore(room, joiner.userId);
    if (reserved !== undefined) return reserved;
    const seat = this.#invitations.seatFor(room, joiner.userId);
    if (seat === undefined) return refused("match/booked", `match "${roomId}" was made by a queue`);
    if (seat === "full")
      return refused("seat/full", `your seat in match "${roomId}" was given to somebody else`);
    const join = bookedJoin(room, { seat, name: joiner.name, origin: this.#host.originOf(roomId)! });
    return reserve(listingOf(room.room), join, { ...withoutAddress(joiner), seat });
  }

  async #open(game: string, options: unknown, maker: Maker): Promise<Listing> {
    for (let other = this.#opening.get(game); other !== undefined; other = this.#opening.get(game)) {
      // If it was refused, the reason concerned the user who asked for it.
      const opened = await other.catch(() => undefined);
      if (opened !== undefined) return opened;
    }
    const made = matchMaker.handleCreateRoom(game, { maker, ...(options !== undefined && { options }) });
    const opening = made.finally(() => this.#opening.delete(game));
    this.#opening.set(game, opening);
    return opening;
  }

  #rooms(game: string): MatchRoom[] {
    return this.#host.all().flatMap(({ live }) => {
      const room = live.match.game.name === game ? roomOf(live.id) : undefined;
      return room === undefined ? [] : [room];
    });
  }
}

/** Colyseus also knows rooms that are no matches, by other names. */
function isGame(name: string): boolean {
  return matchMaker.getRoomClass(name)?.prototype instanceof MatchRoom;
}

/** The user to be counted as the creator of a match. */
export function makerOf({ userId, address }: Joiner): Maker {
  return { userId, ...(address !== undefined && { address }) };
}

function isRunning({ live }: MatchRoom): boolean {
  return live.lifecycle === "running" && live.match.outcome === undefined;
}

function reserved(seat: SeatReservation): JoinOutcome {
  return { ok: true, response: { reservation: seat, matchId: seat.roomId } };
}
