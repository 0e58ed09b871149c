/** The View of the arena: on the server, through a real encoder and decoder, and what is not in it. */
import { Decoder, Encoder, Reflection } from "@colyseus/schema";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import type { ArenaWorld } from "../../shared/games/arena/world.ts";
import { arbitraryRecords, arbitrarySides } from "./arbitrary-records.ts";
import { faceToFace, firing, joinsOf, play } from "./play.ts";
import { Returner } from "./returner.ts";
import { playScripted } from "./scripted-match.ts";

/** A View with its encoder, and clients that decode it: one knows the schema, one learns it on the wire. */
function broadcast(view: ArenaView) {
  const encoder = new Encoder(view);
  const known = new Decoder(new arenaView.Class());
  const learned: Decoder<ArenaView> = Reflection.decode(Reflection.encode(encoder));
  const clients = [known, learned];
  return {
    clients,
    references: encoder.root as unknown as { nextUniqueId: number },
    fullState: (to: readonly Decoder[]) => {
      const bytes = encoder.encodeAll();
      for (const client of to) client.decode(bytes);
      encoder.discardChanges();
    },
    /** What the SDK does with the full state after a reconnect. */
    resync: (to: readonly Decoder[]) => {
      const bytes = encoder.encodeAll();
      for (const client of to) client.decodeResync(bytes);
      encoder.discardChanges();
    },
    patch: (to: readonly Decoder[] = clients) => {
      const bytes = encoder.encode();
      for (const client of to) client.decode(bytes);
      encoder.discardChanges();
      return bytes.length;
    },
  };
}

test("who was away holds what somebody new is shown, with the SDK alone: no field is ever cleared", () => {
  const view = arenaView.create();
  const returner = new Returner(view);
  let returns = 0;
  const onTick = (world: ArenaWorld) => {
    arenaView.write(view, world);
    returner.patch({ isAway: world.tick % 60 > 30 });
    if (world.tick % 60 !== 0) return;
    const { held, fresh } = returner.comeBack();
    expect(held).toEqual(fresh);
    returns += 1;
  };
  playScripted({ seed: 6, players: 6, ticks: 1200, teamSize: 2, bots: [5], onTick });
  expect(returns).toBe(20);
});

test("[P4.8] what clients decode is what the World shows, at every tick of any match", () => {
  fc.assert(
    fc.property(
      arbitraryRecords({ seats: 6, stretchesMax: 10 }),
      arbitrarySides,
      fc.integer({ min: 1, max: 4 }),
      (records, sides, every) => {
        const world = arena.create(4, { durationSeconds: 20, ...sides });
        const view = arenaView.create();
        const { clients, fullState, patch } = broadcast(view);
        arenaView.write(view, world);
        fullState(clients);
        for (const record of records) {
          arena.step(world, record);
          if (record.tick % every !== 0) continue;
          arenaView.write(view, world);
          const shown = hashPlain(arenaView.of(world));
          expect(hashPlain(arenaView.read(view))).toBe(shown);
          patch();
          for (const client of clients) expect(hashPlain(arenaView.read(client.state))).toBe(shown);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("[P4] what clients decode is what the World shows, through a crowded match, its end included", () => {
  const view = arenaView.create();
  const { clients, fullState, patch } = broadcast(view);
  fullState(clients);
  const { world } = playScripted({
    seed: 6,
    players: 16,
    ticks: 2000,
    durationSeconds: 60,
    onTick: (world) => {
      if (world.tick % 3 === 2 && world.phase !== "over") return;
      arenaView.write(view, world);
      patch();
      for (const client of clients) expectEqual(client.state, world);
    },
  });
  expect(world.phase).toBe("over");
  expect(world.lastFeedId, "the ring of the feed must have gone round").toBeGreaterThan(8);
  const places = Object.values((arenaView.read(clients[1]!.state) as { players: object }).players);
  expect(places.map(({ place }) => place)).toContain(1);
});

test("[P5] a View built anew from the World shows what the old one showed", () => {
  const { world } = playScripted({ seed: 3, players: 8, ticks: 700 });
  const view = arenaView.create();
  arenaView.write(view, world);
  const late = broadcast(view);
  late.fullState(late.clients);
  for (const client of late.clients) expectEqual(client.state, world);
});

test("[P5.3] a client that keeps its decoder over a crash shows what the restored match shows, from then on", () => {
  let view = arenaView.create();
  let room = broadcast(view);
  const { clients } = room;
  room.fullState(clients);
  playScripted({
    seed: 12,
    players: 10,
    ticks: 900,
    onTick: (world) => {
      // While the room is down shots end and begin, players die and come back, unseen by anybody.
      const phase = world.tick % 100;
      if (phase >= 50 && phase < 75) return;
      if (phase === 75) {
        const { nextUniqueId } = room.references;
        view = arenaView.create();
        room = broadcast(view);
        // The room's part (room/view-refs.ts): what is new must not get the number of something old.
        room.references.nextUniqueId = nextUniqueId;
        arenaView.write(view, world);
        room.resync(clients);
      } else {
        arenaView.write(view, world);
        room.patch(clients);
      }
      for (const client of clients) expectEqual(client.state, world);
    },
  });
});

test("a half-filled View reads as empty where nothing is known", () => {
  const empty = arenaView.read(new arenaView.Class());
  expect(empty).toMatchObject({ tick: 0, players: {}, projectiles: {}, feed: [], chat: [] });
  const learned = Reflection.decode<ArenaView>(Reflection.encode(new Encoder(arenaView.create())));
  expect(arenaView.read(learned.state)).toEqual(empty);
});

test("a World that did not change costs nothing on the wire", () => {
  const { world } = playScripted({ seed: 3, players: 8, ticks: 300 });
  const view = arenaView.create();
  const { clients, fullState, patch } = broadcast(view);
  arenaView.write(view, world);
  fullState(clients);
  arenaView.write(view, world);
  expect(patch()).toBe(0);
  world.tick++;
  arenaView.write(view, world);
  expect(patch()).toBeLessThan(10);
});

test("a seat that changes hands between two patches shows the new player", () => {
  const game = play({ seats: 2 });
  const view = arenaView.create();
  const { clients, fullState, patch } = broadcast(view);
  arenaView.write(view, game.world);
  fullState(clients);
  game.tick({ leaves: [0, 1], joins: [{ seat: 1, name: "another" }] });
  arenaView.write(view, game.world);
  patch();
  for (const client of clients) {
    expectEqual(client.state, game.world);
    expect([...client.state.players.keys()]).toEqual(["1"]);
    expect(client.state.players.get("1")!.name).toBe("another");
  }
});

test("[P1.4] nothing that is secret is in the View: changing it changes nothing that is shown", () => {
  const game = play({ seats: 2, bots: [7] });
  faceToFace(game);
  game.tick(firing(0, 0));
  Object.assign(game.player(1), { alive: false, health: 0, respawnAtTick: game.world.tick + 60 });
  game.player(0).rapidUntilTick = game.world.tick + 100;
  const shown = hashPlain(arenaView.of(game.world));
  const secrets: ((world: ArenaWorld) => void)[] = [
    (world) => { world.random ^= 0x5555; },
    (world) => { world.players[0]!.fireReadyAtTick += 3; },
    (world) => { world.players[0]!.rapidUntilTick += 9; },
    (world) => { world.players[0]!.shots += 1; },
    (world) => { world.players[0]!.hits += 1; },
    (world) => { world.players[0]!.idleTicks = 5; },
    (world) => { world.players[1]!.respawnAtTick += 7; },
    (world) => { world.players[1]!.chosenWeapon = "rail"; },
    (world) => { world.pickupsReadyAtTick[0] = 1; },
    (world) => { world.projectiles[0]!.damage = 28; },
    (world) => { world.emptyTicks = 3; },
    (world) => { world.bots[0]!.target = 1; },
    (world) => { world.bots[0]!.miss = 99; },
  ]; // biome-ignore format: one secret per line
  for (const change of secrets) {
    const changed = structuredClone(game.world);
    change(changed);
    expect(hashPlain(changed), "the change must be one").not.toBe(hashPlain(game.world));
    expect(hashPlain(arenaView.of(changed)), change.toString()).toBe(shown);
  }
});

test("[P1.4] the View has these fields and no other: a new one is a decision, not an accident", () => {
  const game = play({ seats: 2, teamSize: 2, spawnSafe: true });
  const seen = arenaView.of(game.world);
  expect(Object.keys(seen).join(" ")).toBe(
    "tick phase ending secondsLeft pickups players projectiles beams feed chat teamSize sideScores safe",
  );
  expect(Object.keys(seen.players["0"]!).join(" ")).toBe(
    "name connected ready alive x y vx vy aim health weapon rapid double score deaths place",
  );
  const view = arenaView.create();
  arenaView.write(view, game.world);
  expect(Object.keys(view.toJSON()).sort()).toEqual(Object.keys(seen).sort());
  expect(Object.keys(view.players.get("0")!.toJSON()).sort()).toEqual(Object.keys(seen.players["0"]!).sort());
});

test("effects, pickups and the clock are shown", () => {
  const game = play({ seats: 1, durationSeconds: 10 });
  game.player(0).doubleUntilTick = game.world.tick + 2;
  game.world.pickupsReadyAtTick[1] = game.world.tick + 50;
  game.tick({ joins: joinsOf(1) });
  expect(arenaView.of(game.world)).toMatchObject({
    secondsLeft: 10,
    pickups: 0b1111_1101,
    players: { 0: { double: true, rapid: false, place: 0 } },
  });
  game.ticks(31);
  expect(arenaView.of(game.world)).toMatchObject({ secondsLeft: 9, players: { 0: { double: false } } });
});

function expectEqual(view: ArenaView, world: ArenaWorld): void {
  if (hashPlain(arenaView.read(view)) === hashPlain(arenaView.of(world))) return;
  expect(arenaView.read(view), `tick ${world.tick}`).toEqual(arenaView.of(world));
}
