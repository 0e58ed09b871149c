/** The class of a durable room as Colyseus gets it: the author's, each of whose rooms has a host that keeps it. */
import type { Room } from "@colyseus/core";
import { catchErrors } from "../caught-errors.ts";
import { DurableHost, type DurableParts } from "./durable-host.ts";

export function durableRoomOf(parts: DurableParts, roomClass: new () => Room): new () => Room {
  const Kept = class extends (roomClass as new (...given: never[]) => Room) {
    constructor(...given: never[]) {
      super(...given);
      new DurableHost(this, parts);
    }
  };
  // An error in a room must not end the process with all its other rooms.
  if (Kept.prototype.onUncaughtException === undefined)
    catchErrors(Kept as unknown as typeof Room, ({ roomId }, method, error) =>
      parts.log("an error in a room was contained", {
        ...{ match: roomId, method, error: (error as { cause?: unknown }).cause ?? error },
      }),
    );
  Object.defineProperty(Kept, "name", { value: roomClass.name });
  return Kept as unknown as new () => Room;
}
