/**
 * What the log is told of a durable room: what of it is not kept over a crash, each thing once, and what is too large. It keeps
 * and changes nothing of the room.
 */
import type { Room } from "@colyseus/core";
import type { Difference } from "./client-twin.ts";
import type { RoomTurns } from "./room-turns.ts";
import { KnownState, tellUnkept } from "./unkept-fields.ts";

export interface RoomWarningsParts {
  readonly game: { readonly name: string };
  readonly stateBytesMax: number;
  readonly log: (message: string, details: object) => void;
}

export class RoomWarnings {
  readonly #room: Room;
  readonly #parts: RoomWarningsParts;
  readonly #knownState: KnownState;
  readonly #unkeepable = new Set<string>();

  constructor(room: Room, parts: RoomWarningsParts) {
    this.#room = room;
    this.#parts = parts;
    this.#knownState = new KnownState(room);
  }

  /** The room's `onCreate` was called, and is called again at a restore. */
  created(): void {
    this.#knownState.created();
  }

  /** In development: fields and timers that are gone after a crash. */
  unkept(turns: Pick<RoomTurns, "fields" | "timers">): void {
    tellUnkept(this.#room, turns, this.#parts);
  }

  /** Not only in development: such a room would end with its process. */
  unknownState(): void {
    if (this.#knownState.isKnown) return;
    const { log, game } = this.#parts;
    log("a durable room cannot go on in another process: declare the class of its state", {
      ...{ match: this.#room.roomId, room: game.name, state: this.#room.state.constructor.name },
    });
  }

  cannotKeep(what: string, error: unknown): void {
    if (this.#unkeepable.has(what)) return;
    this.#unkeepable.add(what);
    const { log, game } = this.#parts;
    log(`${what} of a durable room is not kept: it cannot be cloned`, {
      ...{ match: this.#room.roomId, room: game.name, error },
    });
  }

  /** In development. */
  readonly shownWrongly = ({ at, room, clients }: Difference): void => {
    const { log, game } = this.#parts;
    log("clients have something else than a durable room: some changes within one patch reach them wrongly", {
      ...{ match: this.#room.roomId, room: game.name, at, here: shown(room), clients: shown(clients) },
      advice: "docs/known-behaviours.md",
    });
  };

  readonly tooLarge = (bytes: number): void => {
    const { stateBytesMax: bytesMax, log } = this.#parts;
    log("the full state of a room is larger than a client may be sent", {
      ...{ match: this.#room.roomId, bytes, bytesMax },
    });
  };
}

/** A line of the log has no place for a whole object. */
const shown = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? "an object" : value;
