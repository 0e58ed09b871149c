/**
 * The fields of a room that a crash takes with it: those of its class that are neither its state nor durable. What every
 * room of Colyseus has is not among them.
 */
import { Room } from "@colyseus/core";

let ofEveryRoom: ReadonlySet<string> | undefined;

/** What is set to be called, not to be kept. */
const declarations: ReadonlySet<string> = new Set(["messages", "plugins", "inputs", "state", "presence"]);

export function unkeptFields(room: Room, durable: readonly string[]): readonly string[] {
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
