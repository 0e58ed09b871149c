/**
 * Ends a room once, and not before Colyseus has it among its rooms: a room that ended while Colyseus was still
 * listing it would stay listed and counted forever. The room decides why it ends.
 */
import type { Room } from "@colyseus/core";
import { dropUnused } from "./colyseus-internals/seat-internals.ts";

export interface RoomEndParts {
  readonly room: Room;
  readonly log: (message: string, details: object) => void;
}

export class RoomEnd {
  readonly #parts: RoomEndParts;
  #isOpen = false;
  /** The close code for its connections; undefined while the room is open. */
  #code: number | undefined;
  readonly #closed = Promise.withResolvers<void>();

  constructor(parts: RoomEndParts) {
    this.#parts = parts;
  }

  /**
   * Whether the end has begun. Nobody gets a place from then on: with a new client the room would never be disposed
   * of.
   */
  get hasBegun(): boolean {
    return this.#code !== undefined;
  }

  /** Resolves when Colyseus has it among its rooms no more. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Colyseus has added it to its rooms. */
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
      dropUnused(room);
      await room.disconnect(code);
    } catch (error) {
      log("room did not close", { match: room.roomId, error });
    }
    this.#closed.resolve();
  }
}
