/**
 * What a client holds after it was away, with the real encoder, decoder and serialiser of the SDK: the same as somebody
 * who is new, in the same instances, and its listeners hear of what was cleared.
 */
import { Encoder, Reflection, schema, t } from "@colyseus/schema";
import { Callbacks, SchemaSerializer } from "@colyseus/sdk";
import { expect, test } from "vitest";
import { followFullStates } from "../../shared/client/full-state.ts";

const Item = schema({ kind: t.string(), charge: t.uint8() }, "Item");
const Player = schema(
  { name: t.string(), target: t.string(), held: Item, score: t.uint8().default(0) },
  "Player",
);
const World = schema({ round: t.uint8(), leader: t.string(), players: t.map(Player), prize: Item }, "World");

function item(kind: string, charge?: number) {
  return Object.assign(new Item(), { kind, ...(charge !== undefined && { charge }) });
}

/** A server's state, and a client of it that gets full states and patches as a room sends them. */
function room() {
  const world = new World();
  const encoder = new Encoder(world);
  const serializer = new SchemaSerializer();
  serializer.handshake(Reflection.encode(encoder));
  const returns: [held: unknown, fresh: unknown][] = [];
  const follow = (repair = true) =>
    followFullStates(
      { serializer } as never,
      (held: unknown, fresh: unknown) => returns.push([plain(held), plain(fresh)]),
      { repair },
    );
  const full = () => serializer.setState(new Uint8Array(encoder.encodeAll()));
  const patch = ({ arrives = true } = {}) => {
    const bytes = new Uint8Array(encoder.encode());
    encoder.discardChanges();
    if (arrives) serializer.patch(bytes);
  };
  return { world, full, patch, follow, returns, serializer };
}

const plain = (state: unknown) => JSON.parse(JSON.stringify(state));

function someoneAway() {
  const all = room();
  const { world, patch } = all;
  world.leader = "ann";
  world.prize = item("cup", 3);
  for (const name of ["ann", "ben"]) {
    const player = Object.assign(new Player(), { name, target: "x", held: item("sword", 9) });
    world.players.set(name, player);
  }
  const goAway = () => {
    world.leader = undefined as never;
    world.prize = undefined as never;
    const ann = world.players.get("ann")!;
    ann.target = undefined as never;
    ann.held.charge = undefined as never;
    world.players.get("ben")!.held = undefined as never;
    world.round = 2;
    patch({ arrives: false });
  };
  return { ...all, goAway };
}

test("a field that was cleared while a client was away is cleared there, whatever it held", () => {
  const { world, full, patch, follow, goAway, returns, serializer } = someoneAway();
  follow();
  full();
  patch();
  const held = serializer.state as unknown as InstanceType<typeof World>;
  const ann = held.players.get("ann");
  goAway();
  full();
  expect(plain(held)).toEqual(plain(world));
  expect(plain(held)).toEqual({
    round: 2,
    players: {
      ann: { name: "ann", held: { kind: "sword" }, score: 0 },
      ben: { name: "ben", target: "x", score: 0 },
    },
  });
  expect(held.players.get("ann")).toBe(ann);
  expect(returns).toEqual([[plain(world), plain(world)]]);
  // It goes on with patches, of what was cleared, too.
  world.leader = "ben";
  world.players.get("ben")!.held = item("bow");
  patch();
  expect(plain(held)).toEqual(plain(world));
});

test("listeners hear of what was cleared, once, and of nothing that stayed", () => {
  const { full, patch, follow, goAway, serializer } = someoneAway();
  follow();
  full();
  patch();
  const heard: string[] = [];
  const callbacks = Callbacks.get({ serializer, state: serializer.state } as never) as never as {
    listen(name: string, act: (value: unknown, before: unknown) => void): void;
    onAdd(name: string, act: (player: object, key: string) => void): void;
    listen(of: object, name: string, act: (value: unknown, before: unknown) => void): void;
  };
  callbacks.listen("leader", (value, before) => heard.push(`leader ${before} → ${value}`));
  callbacks.onAdd("players", (player, key) => {
    callbacks.listen(player, "target", (value, before) => heard.push(`${key} ${before} → ${value}`));
  });
  heard.length = 0;
  goAway();
  full();
  expect(heard).toEqual(["leader ann → undefined", "ann x → undefined"]);
});

test("without the repair, as with the SDK alone, the difference is seen", () => {
  const { full, patch, follow, goAway, returns } = someoneAway();
  follow(false);
  full();
  patch();
  goAway();
  full();
  const [held, fresh] = returns[0]!;
  expect(held).not.toEqual(fresh);
  expect(held).toMatchObject({ leader: "ann", prize: { kind: "cup" } });
});
