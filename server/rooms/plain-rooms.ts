/**
 * Rooms of Colyseus that are no matches: registers their kinds, and keeps the process safe from them. An error in one
 * is logged and ends nothing else (P5), and there is a limit to how many there are (P6). Nothing of such a room is
 * stored: it dies with its process.
 */
import { matchMaker, RegisteredHandler, Room } from "@colyseus/core";
import { catchErrors } from "../room/caught-errors.ts";
import { RoomError } from "../room/room-error.ts";
import type { RoomClass } from "./room-class.ts";
import type { RoomDefinition } from "./room-definitions.ts";

export interface PlainRoomsParts {
  /** Letters that a load balancer lets through, as the ids of matches have. */
  readonly newRoomId: () => string;
  /** How many rooms this process may have. */
  readonly roomsMax: number;
  readonly log: (message: string, details: object) => void;
}

export class PlainRooms {
  readonly #parts: PlainRoomsParts;
  readonly #open = new Set<Room>();
  /** Rooms whose `onCreate` has not come to its end. */
  #creating = 0;
  #onEmpty: (() => void) | undefined;

  constructor(parts: PlainRoomsParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Clients may ask for rooms of this kind from now on. */
  register({ name, klass, handler }: RoomDefinition): void {
    handler.klass = this.#guarded(klass);
    handler.name = name;
    handler.on("create", (room: Room) => this.#open.add(room));
    handler.on("dispose", (room: Room) => {
      this.#open.delete(room);
      if (this.#open.size === 0) this.#onEmpty?.();
    });
    matchMaker.addRoomType(handler);
  }

  /** Closes all of them, as Colyseus does before a server stops. Resolves when they are gone, or time is up. */
  async close(msMax: number): Promise<void> {
    if (this.#open.size === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      setTimeout(resolve, msMax).unref();
    });
    for (const room of this.#open) void this.#calm(room, "onBeforeShutdown", () => room.onBeforeShutdown());
    await gone;
  }

  async #calm(room: Room, method: string, act: () => unknown): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#failed(room, method, error);
    }
  }

  #failed({ roomName, roomId }: Room, method: string, error: unknown): void {
    // A refusal is the answer to a client.
    const cause = (error as { cause?: unknown }).cause ?? error;
    if (cause instanceof RoomError) return;
    this.#parts.log("an error in a room was contained", {
      ...{ room: roomName, id: roomId, method, error: cause },
    });
  }

  #assertPlace(): void {
    const { roomsMax } = this.#parts;
    if (this.#open.size + this.#creating >= roomsMax)
      throw new RoomError("node/full", `${roomsMax} rooms are open here`);
  }

  async #whileCreating(create: () => unknown): Promise<void> {
    this.#creating += 1;
    try {
      await create();
    } finally {
      this.#creating -= 1;
    }
  }

  /** The same class with a net under it. A class that catches its errors itself keeps its own net. */
  #guarded(klass: RoomClass): RoomClass {
    const assertPlace = () => this.#assertPlace();
    const newRoomId = () => this.#parts.newRoomId();
    const counted = (act: () => unknown) => this.#whileCreating(act);
    const failed = (room: Room, method: string, error: unknown) => this.#failed(room, method, error);
    class Guarded extends (klass as typeof Room) {
      constructor(...given: []) {
        assertPlace();
        super(...given);
      }

      override broadcastPatch(): boolean {
        try {
          return super.broadcastPatch();
        } catch (error) {
          failed(this, "broadcastPatch", error);
          return false;
        }
      }
    }
    const create = klass.prototype.onCreate;
    Guarded.prototype.onCreate = function onCreate(this: Room, options: unknown) {
      this.roomId = newRoomId();
      return counted(() => create?.call(this, options));
    };
    if (klass.prototype.onUncaughtException === undefined)
      catchErrors(Guarded as unknown as typeof Room, failed);
    Object.defineProperty(Guarded, "name", { value: klass.name });
    return Guarded as unknown as RoomClass;
  }
}

/** In a process that has no rooms: clients may ask there, and the rooms are made elsewhere. */
export function standIns(definitions: readonly RoomDefinition[]): void {
  for (const definition of definitions) matchMaker.addRoomType(standIn(definition));
}

/** It identifies clients, and refuses to be made. */
function standIn({ name, klass, handler }: RoomDefinition): RegisteredHandler {
  const { onAuth } = klass as unknown as typeof Room;
  class NoRoomHere extends Room {
    static override onAuth = onAuth;
    override onCreate(): void {
      throw new RoomError("fleet/no-room", "no room node took the room");
    }
  }
  const other = new RegisteredHandler(NoRoomHere, handler.options);
  const { filterOptions, sortOptions } = handler;
  return Object.assign(other, { name, filterOptions, ...(sortOptions !== undefined && { sortOptions }) });
}
