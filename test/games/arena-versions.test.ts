/**
 * A World of an earlier version goes on in this one. The two Worlds in `arena-version-1.json` were made by version 1
 * itself, before there was another: `before`, and `after`, which it came to with the records of
 * `version-1-record.ts`.
 */
import { Decoder, Encoder, schema, t } from "@colyseus/schema";
import { pack, unpack } from "msgpackr";
import { expect, test, vi } from "vitest";
import {
  HandMadeBeam,
  HandMadeChatSlot,
  HandMadeFeedSlot,
  HandMadePlayer,
  HandMadeProjectile,
} from "../../client-sim/bench/arena-view-by-hand.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import { readView } from "../../shared/games/arena/view-reading.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import type { ArenaWorld } from "../../shared/games/arena/world.ts";
import version1 from "./arena-version-1.json" with { type: "json" };
import { emptyRecord } from "./scripted-match.ts";
import { version1Record } from "./version-1-record.ts";

const fieldsOfVersion1 = {
  tick: t.uint32(),
  phase: t.string(),
  ending: t.string(),
  secondsLeft: t.uint16(),
  pickups: t.uint16(),
  players: t.map(HandMadePlayer),
  projectiles: t.map(HandMadeProjectile),
  beams: t.map(HandMadeBeam),
  feed: t.array(HandMadeFeedSlot),
  chat: t.array(HandMadeChatSlot),
};

const migrated = (world: unknown) => arena.migrate!(structuredClone(world), 1);

test("[P5] a match of version 1 comes to the same end in version 3: everybody their own side, and no bot", () => {
  const world = migrated(version1.before);
  expect(world).toMatchObject({ teamSize: 1, bots: [], tick: version1.before.tick });
  while (world.tick < version1.after.tick) arena.step(world, version1Record(world.tick + 1));
  expect(version1.after.lastProjectileId, "there was some shooting").toBeGreaterThan(100);
  const { players } = world;
  const after = migrated(version1.after);
  // Version 1 did not know where players had been.
  for (const [at, { trail }] of players.entries()) after.players[at]!.trail = trail;
  expect(world).toEqual(after);
});

test("[P5] a World of version 2 goes on: nobody in it has been anywhere, and nobody is ever safe", () => {
  const { spawnSafeTicks: _, players, ...rest } = arena.create(1, { bots: [3] });
  const players2 = players.map(({ trail: _trail, sawTick: _saw, safeUntilTick: _safe, ...player }) => player);
  const world = arena.migrate!({ ...rest, players: players2 }, 2);
  arena.step(world, { ...emptyRecord(1), joins: [{ seat: 0, name: "ann" }] });
  expect(world.players.map(({ trail, safeUntilTick }) => [trail.length, safeUntilTick > 1])).toEqual([
    [2, false],
    [2, false],
  ]);
  expect(arenaView.of(world).safe).toBe(0);
});

test("[P4] a migrated World has the fields of a new one, and no snapshot changes it", () => {
  const world = migrated(version1.before);
  const fresh = arena.create(1, { bots: [3] });
  expect(Object.keys(world).sort()).toEqual(Object.keys(fresh).sort());
  expect(Object.keys(world.players[0]!).sort()).toEqual(Object.keys(fresh.players[0]!).sort());
  const restored: ArenaWorld = unpack(pack(world));
  expect(restored).toStrictEqual(world);
  expect(hashPlain(migrated(restored)), "again on top of it, as after a crash").toBe(hashPlain(world));
});

test("who had left under version 1 is ranked as then", () => {
  const world = migrated(version1.before);
  world.phase = "over";
  world.ending = "clock";
  // 3: 6, 4: 4, 0: 2, 1: 0 are there; 2: 2, 5: 1 have left, and so has somebody from seat 1.
  expect(arena.outcome(world)?.ranking).toEqual([[3], [4], [0], [1], [2], [5]]);
  expect(arena.outcome(world)?.players.map(({ seat }) => seat)).toEqual([0, 1, 3, 4, 2, 5, 1]);
});

// A client that comes over in a roll keeps the decoder that it made when it joined.
test("[P5] a client with a decoder of version 1 reads a match without sides", () => {
  const View1 = schema(fieldsOfVersion1, "ArenaView");
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const view = arenaView.create();
  const encoder = new Encoder(view);
  const client = new Decoder(new View1());
  const world = migrated(version1.before);
  arenaView.write(view, world);
  client.decodeResync(encoder.encodeAll());
  for (let n = 0; n < 240; n++) {
    encoder.discardChanges();
    arena.step(world, version1Record(world.tick + 1));
    arenaView.write(view, world);
    client.decode(encoder.encode());
    expect(hashPlain(readView(client.state as Partial<ArenaView>))).toBe(hashPlain(arenaView.of(world)));
  }
  expect(warned).not.toHaveBeenCalled();
});

test("[P7] there is no way from a version that nobody knows", () => {
  expect(() => arena.migrate!({}, 0)).toThrow("no way from version 0");
});
