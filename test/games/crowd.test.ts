/**
 * The example game `crowd`: its rules, that a match with 200 players survives a crash at any tick, and that what is not near a
 * player is in no byte that they are sent, with the server's own encoders.
 */
import { describe, expect, it } from "vitest";
import { Chance } from "../../shared/game/deterministic/chance.ts";
import type { Plain } from "../../shared/game/game.ts";
import { type CrowdWorld, crowd, reach, side } from "../../shared/games/crowd/game.ts";
import { type Play, play } from "../../testkit/play.ts";
import { playAtRandom } from "../../testkit/random-play.ts";
import { Onlooker, Showing } from "../room/viewing.ts";

type CrowdPlay = Play<typeof crowd>;

function started(players: number, options: object = {}): CrowdPlay {
  const match = play(crowd, { options });
  for (let count = 0; count < players; count++) match.join(`player ${count}`);
  match.tick();
  return match;
}

/** Puts them there, with nothing else about. */
function place(match: CrowdPlay, ...places: readonly (readonly [x: number, y: number])[]): void {
  const { world } = match;
  for (const id of Object.keys(world.gems)) Object.assign(world.gems[id]!, { x: side - 1, y: side - 1 });
  for (const [seat, [x, y]] of places.entries())
    Object.assign(world.runners[seat]!, { x, y, safeUntil: 0, speedX: 0, speedY: 0 });
}

/** One step of the game's own brain for every player. */
function think(match: CrowdPlay, chance: Chance): void {
  for (const seat of match.seats) {
    const inSight = Object.fromEntries(
      seenBy(match.world, seat).map((id) => [id, crowd.view.sight!.of(match.world, id) as never]),
    );
    const move = crowd.brain!({ seat, view: match.seen, own: null, inSight, chance });
    if (move.command !== undefined) match.command(seat, move.command.name, move.command.payload);
    if (move.input !== undefined) match.input(seat, { ...move.input, dash: Number(move.input["dash"]) });
  }
}

function seenBy(world: CrowdWorld, viewer: number | "spectator"): string[] {
  const { prepare, sees } = crowd.view.sight!;
  return [...sees(world, viewer, prepare!(world))].sort();
}

describe("crowd", () => {
  it("a player who reaches a gem has it, the first seat of several, and another one comes up", () => {
    const match = started(2);
    place(match, [1000, 1000], [1010, 1000]);
    const [id] = Object.keys(match.world.gems);
    Object.assign(match.world.gems[id!]!, { x: 1005, y: 1005 });
    match.tick();
    expect(Object.values(match.world.runners).map(({ gems }) => gems)).toEqual([1, 0]);
    expect(match.world.gems[id!]).toBeUndefined();
    expect(Object.keys(match.world.gems)).toHaveLength(500);
  });

  it("a dash into somebody throws them away with a quarter of their gems on the ground, and then they are safe", () => {
    const match = started(2);
    place(match, [1000, 1000], [1060, 1000]);
    match.world.runners[1]!.gems = 20;
    match.tick({ 0: { moveX: 127, moveY: 0, dash: 1 } });
    expect(match.world.runners[1]).toMatchObject({ gems: 15, speedX: 42 });
    expect(match.told).toEqual([
      { to: 1, name: "bumped", payload: { by: "player 0", lost: 5 } },
      { to: 0, name: "bump", payload: { of: "player 1", lost: 5 } },
    ]);
    const lost = match.world.runners[1]!.gems;
    match.ticks(4, { 0: { moveX: 127, moveY: 0 } });
    expect(match.world.runners[1]!.gems).toBeGreaterThanOrEqual(lost);
    expect(match.told).toEqual([]);
  });

  it("[P1.2] however many inputs come, nobody is faster, and a dash is every two seconds", () => {
    const match = started(2);
    place(match, [1000, 1000], [1000, 3000]);
    for (let tick = 0; tick < 20; tick++) {
      for (let more = 0; more < 4; more++) match.input(0, { moveX: 127, moveY: 0, dash: 1 });
      match.input(1, { moveX: 127, moveY: 0, dash: 1 });
      match.tick();
    }
    expect(match.world.runners[0]!.x).toBe(match.world.runners[1]!.x);
    // Five ticks of dash, and fifteen in which it fades.
    expect(match.world.runners[0]!.x).toBeLessThan(1000 + 5 * 42 + 15 * 30);
  });

  it("[P1] who waves already is refused", () => {
    const match = started(1);
    match.command(0, "wave");
    match.command(0, "wave");
    expect(match.tick()).toEqual([{ ok: true }, { ok: false, reason: "you are waving already" }]);
  });

  it("who leaves spills their gems, and the most gems win when the time is up", () => {
    const match = started(4, { seconds: 5 });
    place(match, [100, 100], [1000, 1000], [2000, 2000], [3000, 1000]);
    for (const [seat, gems] of [3, 9, 9, 8].entries()) match.world.runners[seat]!.gems = gems;
    match.leave(3);
    match.tick();
    const near = Object.values(match.world.gems).filter(({ x, y }) => x < 3100 && x > 2900 && y < 1100);
    expect(near).toHaveLength(8);
    match.ticks(200);
    expect(match.tickNumber).toBe(101);
    expect(match.outcome!.ranking).toEqual([[1, 2], [0]]);
  });

  it("[P4] bots play it to its end, and a crash at any tick changes nothing", () => {
    const match = started(10, { seconds: 6 });
    for (const [seat, runner] of Object.entries(match.world.runners))
      Object.assign(runner, { x: 1000 + 100 * Number(seat), y: 1000, gems: 10 });
    const chance = new Chance({ random: 5 });
    let bumps = 0;
    for (let tick = 0; tick < 300 && match.outcome === undefined; tick++) {
      think(match, chance);
      match.tick();
      bumps += match.told.length;
    }
    expect(match.outcome!.players.reduce((sum, { numbers }) => sum + numbers["gems"]!, 0)).toBeGreaterThan(
      15,
    );
    expect(bumps).toBeGreaterThan(0);
    match.verify();
  });

  it("[P4] players come and go and send anything, and a crash at any tick changes nothing", () => {
    for (let seed = 1; seed <= 3; seed++)
      playAtRandom(crowd, { seed, ticks: 60, options: { seconds: 5 } }).verify();
  });

  it("[P1.13] 200 players: each is sent what is near, and no place of anything else", () => {
    const match = started(200);
    const chance = new Chance({ random: 3 });
    const people = ([0, 99, 199, "spectator"] as const).map((viewer) => new Onlooker(viewer));
    const showing = new Showing(crowd, { world: match.world, refsReserved: 0 });
    for (const one of people) showing.join(one);
    for (let tick = 0; tick < 10; tick++) {
      think(match, chance);
      match.tick();
      showing.tick(match.world);
      showing.patch();
    }
    for (const { viewer, state } of people) {
      const { inSight } = state as unknown as { inSight: Map<string, never> };
      const seen = seenBy(match.world, viewer);
      expect([...inSight.keys()].sort()).toEqual(seen);
      for (const [id, thing] of inSight)
        expect(crowd.view.sight!.read(thing)).toEqual(crowd.view.sight!.of(match.world, id) as Plain);
      const self = match.world.runners[viewer] ?? { x: 0, y: 0 };
      if (viewer !== "spectator")
        for (const id of seen) {
          const { x, y } = match.world.runners[id] ?? match.world.gems[id]!;
          expect(Math.max(Math.abs(x - self.x), Math.abs(y - self.y))).toBeLessThanOrEqual(reach);
        }
      expect(seen.length).toBeLessThan(200);
      expect(seen.length).toBeGreaterThan(5);
    }
  });
});
