/**
 * Gives each event of a match to its listeners once, and in order, over any number of connections: the server sends the
 * last ones again after a return, and those that were received before are dropped here. Events wait until the View that
 * shows them is there, and until somebody listens.
 */
import type { GameEvent } from "../wire/room-messages.ts";
import { Listeners } from "./listeners.ts";

/** More than a server keeps. If nobody listens, the oldest go. */
const waitingMax = 256;

export class EventInbox {
  readonly #listeners = new Listeners<[GameEvent]>();
  readonly #missedListeners = new Listeners<[number]>();
  #lastId = 0;
  #waiting: GameEvent[] = [];
  #open = false;
  #isHeard = false;

  /** Events that came before are given to the first listener. */
  readonly listen = (listener: (event: GameEvent) => void): (() => void) => {
    const remove = this.#listeners.add(listener);
    this.#isHeard = true;
    this.#deliver();
    return remove;
  };

  /** Called with the number of events that were told and will not come: too many for who is away, or too large. */
  readonly onMissed = this.#missedListeners.add;

  /** @param lastEventId of the seat; if it is lower than what was received, a crash of an unprotected match took those back */
  welcomed(lastEventId = Number.POSITIVE_INFINITY): void {
    this.#lastId = Math.min(this.#lastId, lastEventId);
  }

  receive(event: GameEvent): void {
    if (event.id <= this.#lastId) return;
    const missed = this.#lastId === 0 ? 0 : event.id - this.#lastId - 1;
    this.#lastId = event.id;
    if (missed > 0) this.#missedListeners.call(missed);
    this.#waiting.push(event);
    if (this.#waiting.length > waitingMax) this.#waiting.shift();
    this.#deliver();
  }

  /** The View is there. */
  open(): void {
    this.#open = true;
    this.#deliver();
  }

  /** The connection broke. */
  close(): void {
    this.#open = false;
  }

  #deliver(): void {
    if (!this.#open || !this.#isHeard) return;
    for (const event of this.#waiting.splice(0)) this.#listeners.call(event);
  }
}
