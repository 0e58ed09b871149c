/**
 * What a durable room did since its last record, gathered from all its parts into one turn. What was gathered is kept until
 * a record takes it. It changes nothing in the room.
 */
import type { Room } from "@colyseus/core";
import { nextIdIn } from "../colyseus-internals/tree-internals.ts";
import { DurableFields } from "./durable-fields.ts";
import type { DurableSerializer } from "./durable-serializer.ts";
import { KeptClients } from "./kept-clients.ts";
import { OnceMessages } from "./once-messages.ts";
import { KeptRoomListing } from "./room-listing-kept.ts";
import { type RoomTimers, timersOf } from "./room-timers.ts";
import type { RoomTurn } from "./room-world.ts";
import { SeenViews } from "./seen-views.ts";

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };
type Growing = Partial<Writable<Omit<RoomTurn, "elapsedMs">>>;

export interface TurnParts {
  readonly room: Room;
  /** Undefined: the room has no state. */
  readonly serializer: () => DurableSerializer | undefined;
  readonly onUnkeepable: (what: string, error: unknown) => void;
}

export class RoomTurns {
  readonly #parts: TurnParts;
  readonly fields: DurableFields;
  readonly timers: RoomTimers;
  readonly listing: KeptRoomListing;
  readonly clients: KeptClients;
  readonly once: OnceMessages;
  readonly views = new SeenViews(() => this.#parts.serializer()!.stateEncoder);
  #gathered: Growing = {};

  constructor(parts: TurnParts) {
    this.#parts = parts;
    const { room } = parts;
    this.fields = new DurableFields(room);
    this.timers = timersOf(room);
    this.listing = new KeptRoomListing(room, (...line) => parts.onUnkeepable(...line));
    this.once = new OnceMessages(room);
    this.clients = new KeptClients((what, error) => parts.onUnkeepable(`client.${what}`, error));
  }

  /** To be part of the next turn. */
  add(more: Growing): void {
    Object.assign(this.#gathered, more);
  }

  /** A client is gone for good. */
  left(sessionId: string): void {
    this.clients.left(sessionId);
    this.views.gone(sessionId);
    this.once.left(sessionId);
  }

  /** Looks at everything. @returns whether the next turn has something in it */
  gather(): boolean {
    const gathered = this.#gathered;
    const durable = this.fields.changes();
    if (durable !== undefined) gathered.durable = { ...gathered.durable, ...durable };
    const timers = this.timers.changes();
    if (timers !== undefined) gathered.timers = timers;
    const listing = this.listing.changes();
    if (listing !== undefined) gathered.listing = listing;
    const clients = this.clients.changes();
    if (clients !== undefined) gathered.clients = { ...gathered.clients, ...clients };
    if (this.#parts.serializer()?.stream.isAhead || this.once.isAhead) return true;
    for (const _ in gathered) return true;
    return false;
  }

  /** The turn of the next record. */
  take(): RoomTurn {
    const { room, serializer } = this.#parts;
    const shown = serializer();
    shown?.cut();
    this.gather();
    const once = this.once.take();
    const gathered = { ...this.#gathered, ...(once !== undefined && { once }) };
    this.#gathered = {};
    const turn: Writable<RoomTurn> = Object.assign(gathered, {
      elapsedMs: Math.round(room.clock.elapsedTime),
    });
    if (shown === undefined) return turn;
    turn.nextId = nextIdIn(shown.stateEncoder);
    const taken = shown.stream.take();
    if (taken.image !== undefined) turn.image = taken.image;
    if (taken.changes.length > 0) turn.changes = taken.changes;
    // An image has nothing of objects that are gone; the views have nothing of them from here on.
    if (taken.image !== undefined) this.views.forget();
    const views = this.views.changes(this.clients.clients);
    if (views !== undefined) turn.views = views;
    return turn;
  }
}
