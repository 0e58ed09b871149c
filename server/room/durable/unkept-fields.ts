/**
 * What a crash takes with it: the fields of a room's class that are neither its state nor durable, and the whole room, where
 * nobody would know the class of its state. What every room of Colyseus has is not among the fields.
 */
import { Room } from "@colyseus/core";
import type { SchemaClass } from "../colyseus-internals/tree-internals.ts";
import type { RoomTurns } from "./room-turns.ts";

/** Which class the state has in a process that sets the room up again: what is written has names, and no classes. */
export class KnownState {
  readonly #room: Room;
  #class: unknown;

  constructor(room: Room) {
    this.#room = room;
    this.#class = room.state?.constructor ?? declaredState(room);
  }

  /** The room's `onCreate` was called, and is called again at a restore. */
  created(): void {
    this.#class = this.#room.state?.constructor ?? this.#class;
  }

  get isKnown(): boolean {
    const { state } = this.#room;
    return state === undefined || state.constructor === this.#class;
  }
}

/** The class that a room declares instead of a field. */
export const declaredState = (room: object) => (room.constructor as { State?: SchemaClass }).State;

let ofEveryRoom: ReadonlySet<string> | undefined;

/** What is set to be called, not to be kept. */
const declarations: ReadonlySet<string> = new Set(["messages", "plugins", "inputs", "state", "presence"]);

function unkeptFields(room: Room, durable: readonly string[]): readonly string[] {
  ofEveryRoom ??= new Set(Object.keys(new Room()));
  return Object.entries(room)
    .filter(
      ([name, value]) =>
        typeof value !== "function" &&
        !name.startsWith("_") &&
        !ofEveryRoom!.has(name) &&
        !declarations.has(name) &&
        !durable.includes(name),
    )
    .map(([name]) => name);
}

export function tellUnkept(
  room: Room,
  { fields: { names }, timers }: Pick<RoomTurns, "fields" | "timers">,
  to: { readonly game: { readonly name: string }; readonly log: (message: string, details: object) => void },
): void {
  const fields = unkeptFields(room, names);
  const { anonymous } = timers;
  if (fields.length > 0 || anonymous > 0)
    to.log("not everything of a durable room is kept over a crash", {
      ...{ room: to.game.name, fields, timersWithoutName: anonymous },
    });
}
