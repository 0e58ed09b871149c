/**
 * Keeps Colyseus' listing of a room correct: its own count does not include restored seats. The room decides whether it
 * is full.
 */
import type { Room } from "@colyseus/core";
import { listingOf } from "./colyseus-internals/room-internals.ts";

export interface RoomListingParts {
  readonly room: Room & { readonly places: { readonly isClosed: boolean } };
  readonly log: (message: string, details: object) => void;
}

export class RoomListing {
  readonly #parts: RoomListingParts;

  constructor(parts: RoomListingParts) {
    this.#parts = parts;
  }

  /** The shared listing uses the epoch to tell a fenced owner's write from the current owner's. */
  listUnder(epoch: number): void {
    Object.assign(listingOf(this.#parts.room), { metadata: { epoch } });
  }

  /** Nobody awaits the listing, so a failure to update it is only logged. */
  changed(): void {
    const { room, log } = this.#parts;
    this.sync().catch((error) => log("the listing of a match is out of date", { match: room.roomId, error }));
  }

  async sync(): Promise<void> {
    const { room } = this.#parts;
    const { isClosed } = room.places;
    if (isClosed !== room.locked) await (isClosed ? room.lock() : room.unlock());
  }
}
