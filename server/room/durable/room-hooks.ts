/**
 * The methods of a room that Colyseus calls, put behind others: what a room declares, as a method or as a field, is called by
 * who stands before it. It decides nothing.
 */
import type { Room } from "@colyseus/core";

type Hook = (...given: never[]) => unknown;

export class RoomHooks {
  readonly #room: Record<string, unknown>;
  /** Those that the room has as fields, and the method of its class then. */
  readonly #own = new Map<string, { readonly field: Hook; readonly method: Hook | undefined }>();

  constructor(room: Room) {
    this.#room = room as unknown as Record<string, unknown>;
  }

  /** From now on `method` is called instead; the room's own is asked for by `theirs`. */
  replace(name: string, method: Hook): void {
    const room = this.#room;
    if (Object.hasOwn(room, name) && typeof room[name] === "function")
      this.#own.set(name, { field: room[name] as Hook, method: Object.getPrototypeOf(room)[name] });
    Object.defineProperty(room, name, { value: method, configurable: true, writable: true });
  }

  /** The room's own method; undefined: it has none. */
  theirs(name: string): ((...given: unknown[]) => unknown) | undefined {
    const own = this.#own.get(name);
    const ofClass: Hook | undefined = Object.getPrototypeOf(this.#room)[name];
    // In the first room of a class Colyseus binds the methods before it puts those of plugins around them.
    const isWrapped = own?.method !== undefined && own.method !== ofClass;
    const method: unknown = own === undefined || isWrapped ? ofClass : own.field;
    if (typeof method !== "function") return undefined;
    return (...given) => method.apply(this.#room, given);
  }
}
