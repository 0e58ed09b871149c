/**
 * The end of a room: once, and not before Colyseus has it among its rooms. One that ended while it was still being
 * listed would be listed and counted afterwards, by Colyseus and by who asks it, for ever. Why it ends, the room says.
 */
import type { Room } from "@colyseus/core";

export interface RoomEndParts {
  readonly room: Room;
  readonly log: (message: string, details: object) => void;
}

export class RoomEnd {
  readonly #parts: RoomEndParts;
  #isOpen = false;
  /** With which connections are closed; undefined: it goes on. */
  #code: number | undefined;

  constructor(parts: RoomEndParts) {
    this.#parts = parts;
  }

  /** Nobody gets a place any more: with a new one the room would never be disposed of. */
  get hasBegun(): boolean {
    return this.#code !== undefined;
  }

  /** Colyseus has it. */
  opened(): void {
    this.#isOpen = true;
    if (this.#code !== undefined) void this.#disconnect(this.#code);
  }

  begin(code: number): void {
    this.#code ??= code;
    if (this.#isOpen) void this.#disconnect(this.#code);
  }

  async #disconnect(code: number): Promise<void> {
    const { room, log } = this.#parts;
    try {
      await room.disconnect(code);
    } catch (error) {
      log("room did not close", { match: room.roomId, error });
    }
  }
}
