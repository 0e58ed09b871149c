/**
 * The places of clients of a durable room that are away. How long each is held decides the room, as in Colyseus, by
 * `allowReconnection`; for those whose server died, and not they, it is held at least as long as the settings say. A newer
 * connection of a client takes its place without the room hearing of it. It tells the room nothing.
 */
import { type Client, CloseCode, Room } from "@colyseus/core";
import type { SeatState } from "../../match/state.ts";
import { listingOf } from "../colyseus-internals/room-internals.ts";
import {
  forgetEnqueued,
  leaveAsColyseus,
  reserveReturn,
  waitsFor,
} from "../colyseus-internals/seat-internals.ts";
import { clientOfBefore, type KeptClients } from "./kept-clients.ts";

export interface HeldPlacesParts {
  readonly room: Room;
  readonly clients: KeptClients;
  /** How long the place of a client is held whose connection broke with its server. */
  readonly holdSeconds: number;
  readonly log: (message: string, details: object) => void;
}

export class HeldPlaces {
  readonly #parts: HeldPlacesParts;
  /** Sessions whose newer connection takes the place of an older one. */
  readonly #replaced = new Set<string>();
  /** Clients of another process that were connected there, and those that were not. */
  readonly #before = new Map<Client, "connected" | "away">();

  constructor(parts: HeldPlacesParts) {
    this.#parts = parts;
  }

  /** What a client of another process was there; undefined: it is one of this process. */
  before(client: Client): "connected" | "away" | undefined {
    return this.#before.get(client);
  }

  /** Whether a newer connection takes its place. */
  isReplaced(sessionId: string): boolean {
    return this.#replaced.has(sessionId);
  }

  /** The newer connection is there. @returns whether it took the place of an older one */
  replacedNow(sessionId: string): boolean {
    return this.#replaced.delete(sessionId);
  }

  left(client: Client): void {
    this.#before.delete(client);
    this.#replaced.delete(client.sessionId);
  }

  /** In the place of Colyseus' own. */
  allow(client: Client, seconds: number | "manual"): ReturnType<Room["allowReconnection"]> {
    const { room, clients, holdSeconds } = this.#parts;
    // One whose `onJoin` failed has no place to hold: Colyseus says so.
    if (clients.isJoining(client.sessionId))
      return Room.prototype.allowReconnection.call(room, client, seconds);
    // Starting again takes a while, which is not the client's.
    const isLonger = this.#before.has(client) && seconds !== "manual";
    const forSeconds = isLonger ? Math.max(seconds, holdSeconds) : seconds;
    forgetEnqueued(client);
    const untilMs = forSeconds === "manual" ? null : Math.round(room.clock.elapsedTime + forSeconds * 1000);
    clients.held(client.sessionId, untilMs);
    return Room.prototype.allowReconnection.call(room, client, forSeconds);
  }

  /** Nobody has asked for it: it is held all the same, and for as long as it was to be. */
  allowAnyway(client: Client): void {
    const { room, clients, holdSeconds } = this.#parts;
    if (waitsFor(room, client.reconnectionToken)) return;
    const untilMs = clients.heldUntilMs(client.sessionId);
    const leftMs = untilMs == null ? 0 : untilMs - room.clock.elapsedTime;
    const seconds = untilMs === null ? "manual" : Math.max(holdSeconds, leftMs / 1000);
    this.allow(client, seconds).catch(() => {});
  }

  holdQuietly(client: Client): void {
    forgetEnqueued(client);
    Room.prototype.allowReconnection.call(this.#parts.room, client, "manual").catch(() => {});
  }

  /** Clients of another process drop here, where they never were. */
  hold(clients: readonly { readonly client: Client; readonly was: "connected" | "away" }[]): void {
    const { room } = this.#parts;
    for (const { client, was } of clients) {
      this.#before.set(client, was);
      room.clients.push(client);
    }
    // Colyseus counts those that join, and locks a room that is full, one join at a time.
    listingOf(room).clients = clients.length;
    const { maxClients } = room;
    room.maxClients = maxClients;
    for (const { client } of clients) this.#takeOff(client);
  }

  /**
   * Lets the next connection of the seat in. A newer connection wins: the older one is most likely dead; if not, it belongs
   * to the same player.
   * @returns the older one, to be closed
   */
  makeWay({ sessionId, token }: Pick<SeatState, "sessionId" | "token">): Client | undefined {
    const { room } = this.#parts;
    const older = room.clients.getById(sessionId);
    if (older !== undefined) {
      this.#replaced.add(sessionId);
      older.reconnectionToken = token;
      this.#takeOff(older);
    }
    if (!waitsFor(room, token)) this.holdQuietly(clientOfBefore({ sessionId, token }));
    reserveReturn(room, sessionId, undefined);
    return older;
  }

  #takeOff(client: Client): void {
    const { room, log } = this.#parts;
    leaveAsColyseus(room, client, CloseCode.MAY_TRY_RECONNECT).catch((error) =>
      log("a client could not be taken off its place", { match: room.roomId, error }),
    );
  }
}
