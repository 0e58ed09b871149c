/** A room whose handlers do what careless rooms do, asked for by messages. It is plain or durable, by its parent. */
import type { Client, Room } from "@colyseus/core";
import { type ArraySchema, type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import type { Base } from "./base.ts";

const Thing = schema({ name: t.string(), tags: t.array("string") }, "CornerThing");
const Corner = schema(
  {
    left: t.map(Thing),
    right: t.map(Thing),
    row: t.array(Thing),
    words: t.map("string"),
    count: t.number(),
  },
  "CornerState",
);

export const cornerState = Corner;

interface ThingState extends Schema {
  name: string;
  tags: ArraySchema<string>;
}
export interface CornerState extends Schema {
  left: MapSchema<ThingState>;
  right: MapSchema<ThingState>;
  row: ArraySchema<ThingState>;
  words: MapSchema<string>;
  count: number;
}

const newThing = (name: string) => new Thing({ name, tags: [name] } as never) as unknown as ThingState;

function newCorner(names: readonly string[]): CornerState {
  const state = new Corner({ left: {}, right: {}, row: [], words: {}, count: 0 } as never);
  const corner = state as unknown as CornerState;
  for (const name of names) {
    corner.left.set(name, newThing(name));
    corner.row.push(newThing(name));
    corner.words.set(name, name);
  }
  return corner;
}

interface AnyCorner extends Room<{ state: CornerState }> {
  holdFor: number | "manual";
}

/** What the room does at a message, by its type. */
const doing = (room: AnyCorner) => ({
  count: (client: Client) => {
    room.state.count += 1;
    client.send("counted", room.state.count);
  },
  halfway: () => {
    room.state.count += 10;
    room.state.left.set("half", newThing("half"));
    throw new Error("the handler stopped halfway");
  },
  replace: () => room.setState(newCorner(["x", "y"])),
  move: () => {
    const { left, right } = room.state;
    const thing = left.get("a") ?? right.get("a")!;
    const [from, to] = left.has("a") ? [left, right] : [right, left];
    from.delete("a");
    to.set("a", thing);
  },
  rotate: () => room.state.row.push(room.state.row.shift()!),
  again: () => {
    room.state.left.delete("b");
    room.state.left.set("b", newThing("b again"));
    room.state.words.delete("b");
    room.state.words.set("b", "b again");
  },
  share: () => room.state.right.set("shared", room.state.left.get("c")!),
  tags: () => room.state.left.get("c")!.tags.push("more"),
  after: () => {
    room.state.count += 1;
    room.broadcast("after", room.state.count, { afterNextPatch: true });
  },
  grow: (_: Client, bytes: number) => room.state.words.set("long", "x".repeat(bytes)),
  list: (client: Client, listing: object) =>
    void room.setMatchmaking(listing).then(() => client.send("listed")),
  kick: (_: Client, sessionId: string) => room.kickClient(sessionId),
  hold: (_: Client, seconds: number | "manual") => {
    room.holdFor = seconds;
  },
  end: () => void room.disconnect(),
});

export function cornerRoom(Parent: Base<CornerState>, called: string[]) {
  return class extends Parent {
    holdFor: number | "manual" = 20;
    override state = newCorner(["a", "b", "c"]);

    override onCreate({ patchMs = 10 }: { readonly patchMs?: number | null }): void {
      this.setPatchRate(patchMs);
      this.onMessage("*", (client, how, given) => {
        const does = doing(this) as Record<string, (client: Client, given: unknown) => unknown>;
        does[how]!(client, given);
      });
    }

    override onAuth(_: Client, { pass = true }: { readonly pass?: boolean }): boolean {
      return pass;
    }

    override onJoin(_: Client, { welcome = true }: { readonly welcome?: boolean }): void {
      if (!welcome) throw new Error("nobody is welcome");
    }

    override onDrop(client: Client): void {
      called.push("drop");
      this.allowReconnection(client, this.holdFor).then(
        () => called.push("returned"),
        () => called.push("gone"),
      );
    }

    override onLeave(): void {
      called.push("leave");
    }

    override onDispose(): void {
      called.push("dispose");
    }
  };
}
