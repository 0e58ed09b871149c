/**
 * Makes what differs between the clients of a room, by what its game declares: own parts, and sights. Puts what the room's
 * tree has in their place into it. A game that declares neither gets nothing of this.
 */
import type { Room } from "@colyseus/core";
import { MapSchema, type Schema } from "@colyseus/schema";
import type { AnyGame } from "../../shared/game/game.ts";
import { Branches, type ViewersParts } from "./branches.ts";
import { encoderOf } from "./colyseus-internals/serializer-internals.ts";
import { OwnViews } from "./own-views.ts";
import type { PerClient } from "./patch-serializer.ts";
import { Sights } from "./sights.ts";

export interface PerClientParts extends Omit<ViewersParts, "branches"> {
  readonly room: Room;
}

/** Empty, where a client finds what it alone sees. */
interface Placeholders {
  readonly own?: Schema;
  readonly map?: Schema;
}

/** To be called before the room has `state`, whose objects get their numbers then. */
export function putPlaceholders(state: Schema, { own, sight }: AnyGame["view"]): Placeholders {
  const placeholders = {
    ...(own !== undefined && { own: own.create() }),
    ...(sight !== undefined && { map: new MapSchema() as unknown as Schema }),
  };
  if (own !== undefined) Object.assign(state, { [own.field]: placeholders.own });
  if (sight !== undefined) Object.assign(state, { [sight.field]: placeholders.map });
  return placeholders;
}

/** @returns undefined when all see the same */
export function perClientOf(
  { own, sight }: AnyGame["view"],
  placeholders: Placeholders,
  { room, ...parts }: PerClientParts,
): PerClient | undefined {
  const branches = new Branches(encoderOf(room));
  const all: PerClient[] = [];
  if (own !== undefined)
    all.push(new OwnViews({ ...parts, branches, view: own, placeholder: placeholders.own! }));
  if (sight !== undefined) all.push(new Sights({ ...parts, branches, view: sight, map: placeholders.map! }));
  return all.length < 2 ? all[0] : inOrder(all);
}

function inOrder(all: readonly PerClient[]): PerClient {
  return {
    full: (client) => all.flatMap((each) => each.full(client)),
    write: (clients) => {
      for (const each of all) each.write(clients);
    },
    changes: (client) => all.flatMap((each) => each.changes(client)),
    patched: (clients) => {
      for (const each of all) each.patched(clients);
    },
  };
}
