/**
 * For whom a room is being created: a queue, or a user who is counted as its maker. It is handed over beside the room's options,
 * which a client may fill, under a key that nobody outside knows.
 */
import { randomUUID } from "node:crypto";
import type { MadeBy } from "../match/host.ts";

export class Ordered {
  /** Invariant: of rooms that are being created, and of no other. */
  readonly #by = new Map<string, MadeBy>();

  readonly of = (key: string): MadeBy | undefined => this.#by.get(key);

  async during<Made>(by: MadeBy, create: (key: string) => Promise<Made>): Promise<Made> {
    const key = randomUUID();
    this.#by.set(key, by);
    try {
      return await create(key);
    } finally {
      this.#by.delete(key);
    }
  }
}
