/**
 * Sends players what their game told them (match/told.ts), after the patch that shows it. It remembers what each
 * connection was sent; who comes back has a new one, and is sent again what is kept. It passes the gate as every message does.
 */
import type { Client } from "@colyseus/core";
import type { SeatState } from "../match/state.ts";

export class RoomEvents {
  readonly #room: { readonly clients: Iterable<Client> };
  readonly #seat: (sessionId: string) => SeatState | undefined;
  /** Number of the last event that each was sent; of those that were let in. */
  readonly #sent = new WeakMap<Client, number>();

  constructor(
    room: { readonly clients: Iterable<Client> },
    seat: (sessionId: string) => SeatState | undefined,
  ) {
    this.#room = room;
    this.#seat = seat;
  }

  /** Has its welcome: everything that is kept. */
  letIn(client: Client): void {
    this.#sent.set(client, 0);
    this.#send(client);
  }

  /** The patch of a tick is on its way. */
  patched(): void {
    for (const client of this.#room.clients) if (this.#sent.has(client)) this.#send(client);
  }

  #send(client: Client): void {
    const told = this.#seat(client.sessionId)?.told;
    const sent = this.#sent.get(client)!;
    if (told === undefined || told.last <= sent) return;
    for (const { id, tick, name, payload } of told.kept)
      if (id > sent) client.send("event", { id, tick, name, payload });
    this.#sent.set(client, told.last);
  }
}
