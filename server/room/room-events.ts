/**
 * Sends players what their game told them (match/told.ts), after the patch that shows it. It remembers what each
 * connection was sent; who comes back has a new one, and is sent again what is kept. Who comes between two patches is shown
 * the World as of the last one, and hears of what came since with the next. It passes the gate as every message does.
 */
import type { Client } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";

interface ToldMatch {
  readonly tick: number;
  seat(sessionId: string): SeatState | undefined;
}

export class RoomEvents {
  readonly #room: { readonly clients: Iterable<Client> };
  readonly #match: () => ToldMatch;
  /** The tick that the View shows. */
  #shownTick = 0;
  /** Number of the last event that each was sent; of those that were let in. */
  readonly #sent = new WeakMap<Client, number>();

  constructor(room: { readonly clients: Iterable<Client> }, match: () => ToldMatch) {
    this.#room = room;
    this.#match = match;
  }

  /** The View shows the World as it is. */
  shown(): void {
    this.#shownTick = this.#match().tick;
  }

  /** Has its welcome: everything that is kept. */
  letIn(client: Client): void {
    this.#sent.set(client, 0);
    this.#send(client);
  }

  /** The patch of a tick is on its way. */
  patched(): void {
    this.shown();
    for (const client of this.#room.clients) if (this.#sent.has(client)) this.#send(client);
  }

  #send(client: Client): void {
    const told = this.#match().seat(client.sessionId)?.told;
    const sent = this.#sent.get(client)!;
    if (told === undefined || told.last <= sent) return;
    for (const { id, tick, name, payload } of told.kept) {
      // A larger one was told and is not kept; what comes after it says so by its number.
      if (tick > this.#shownTick) return;
      if (id <= sent) continue;
      client.send("event", { id, tick, name, payload });
      this.#sent.set(client, id);
    }
    this.#sent.set(client, told.last);
  }
}
