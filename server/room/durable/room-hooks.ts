/**
 * The methods of a room that Colyseus calls, put behind others: what a room declares, as a method or as a field, is called by
 * who stands before it. It decides nothing.
 */
import type { Room } from "@colyseus/core";

type Hook = (...given: never[]) => unknown;

export class RoomHooks {
  readonly #room: Record<string, unknown>;
  /** Those that the room has as fields. */
  readonly #own = new Map<string, Hook>();

  constructor(room: Room) {
    this.#room = room as unknown as Record<string, unknown>;
  }

  /** From now on `method` is called instead; the room's own is asked for by `theirs`. */
  replace(name: string, method: Hook): void {
    const room = this.#room;
    if (Object.hasOwn(room, name) && typeof room[name] === "function")
      this.#own.set(name, room[name] as Hook);
    Object.defineProperty(room, name, { value: method, configurable: true, writable: true });
  }

  /** The room's own method; undefined: it has none. */
  theirs(name: string): ((...given: unknown[]) => unknown) | undefined {
    const method = this.#own.get(name) ?? Object.getPrototypeOf(this.#room)[name];
    if (typeof method !== "function") return undefined;
    return (...given) => method.apply(this.#room, given);
  }
}
