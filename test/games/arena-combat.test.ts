/** Shooting, dying and coming back, and the things that lie around. */
import { expect, test } from "vitest";
import { angleOf } from "../../shared/game/deterministic/trig.ts";
import { arenaMap } from "../../shared/games/arena/map.ts";
import { isFree } from "../../shared/games/arena/movement.ts";
import { beamTicks, projectileAt, weapons } from "../../shared/games/arena/rules/weapons.ts";
import { distanceToWall, wallBetween } from "../../shared/games/arena/sight.ts";
import { projectilesMax } from "../../shared/games/arena/world.ts";
import { faceToFace, firing, inputsOf, joinsOf, place, play } from "./play.ts";

const left = 32768;

function duel(weapon: "blaster" | "rail" = "blaster", distance = 200) {
  const game = play({ seats: 2 });
  faceToFace(game, distance);
  game.player(0).weapon = weapon;
  return game;
}

test("a blaster shot flies, hits who stands in its way, and is gone", () => {
  const game = duel();
  game.tick(firing(0, 0));
  expect(game.world.projectiles).toHaveLength(1);
  expect(game.player(1).health).toBe(100);
  game.ticks(7);
  expect(game.player(1).health).toBe(100 - weapons.blaster.damage);
  expect(game.world.projectiles).toHaveLength(0);
  expect(game.player(0)).toMatchObject({ shots: 1, hits: 1, score: 0 });
});

test("a shot ends at the wall, and who stands behind it is safe", () => {
  const game = duel();
  place(game.player(0), 100, 600);
  place(game.player(1), 300, 600); // the cover at x 160..200 lies between them
  expect(wallBetween(100, 600, 300, 600)).toBe(true);
  game.tick(firing(0, 0));
  game.tick();
  const shot = game.world.projectiles[0]!;
  expect(shot.reach).toBe(60);
  expect(projectileAt(shot, game.world.tick)).toEqual({ x: 130, y: 600 });
  game.ticks(10);
  expect(game.world.projectiles).toHaveLength(0);
  expect(game.player(1).health).toBe(100);
});

test("the last stretch of a shot ends at the wall too: nobody is hit around its corner", () => {
  const game = duel();
  place(game.player(0), 500, 421);
  place(game.player(1), 660, 404); // on top of the pillar at x 640; the shot's line would graze them at 649
  game.tick(firing(0, 0));
  game.ticks(8);
  expect(game.player(1).health).toBe(100);
});

test("a shot into the open ends at the reach of its gun", () => {
  const game = play({ seats: 1 });
  place(game.player(0), 100, 1040);
  game.tick(firing(0, 0));
  expect(game.world.projectiles[0]!.reach).toBe(weapons.blaster.reach);
  game.ticks(39);
  expect(game.world.projectiles).toHaveLength(1);
  game.tick();
  expect(game.world.projectiles).toHaveLength(0);
});

test("nobody is hit by their own shot", () => {
  const game = play({ seats: 1 });
  game.ticks(60, () => firing(0, 0));
  expect(game.player(0)).toMatchObject({ health: 100, hits: 0 });
  expect(game.player(0).shots).toBeGreaterThan(5);
});

test("the rail hits at once, the nearest one only, and its beam ends there", () => {
  const game = duel("rail", 300);
  game.tick({ joins: joinsOf(2) });
  place(game.player(2), 500, 560);
  game.tick(firing(0, 0));
  expect(game.player(2).health).toBe(100 - weapons.rail.damage);
  expect(game.player(1).health).toBe(100);
  expect(game.world.beams).toEqual([
    { seat: 0, x: 400, y: 560, aim: 0, length: 84, bornAtTick: game.world.tick },
  ]);
  game.ticks(beamTicks);
  expect(game.world.beams).toEqual([]);
});

test("the rail does not go through walls", () => {
  const game = duel("rail");
  place(game.player(0), 100, 600);
  place(game.player(1), 300, 600);
  game.tick(firing(0, 0));
  expect(game.player(1).health).toBe(100);
  expect(game.world.beams[0]!.length).toBe(60);
});

test("[P1.2] a gun fires at its own rate, however many inputs ask for it", () => {
  const game = play({ seats: 1 });
  const burst = Array.from({ length: 4 }, () => ({ buttons: 1 }));
  game.ticks(50, () => inputsOf(0, ...burst));
  expect(game.player(0).shots).toBe(50 / weapons.blaster.cooldownTicks);
});

test("[P1.2] changing the weapon is no way around the cooldown", () => {
  const game = duel("rail");
  game.player(0).chosenWeapon = "rail";
  game.tick(firing(0, 0));
  expect(game.command(0, { name: "choose-weapon", payload: { weapon: "blaster" } })).toEqual({ ok: true });
  game.ticks(weapons.rail.cooldownTicks - 2, () => firing(0, 0));
  expect(game.player(0).shots).toBe(1);
  game.tick(firing(0, 0));
  expect(game.player(0)).toMatchObject({ shots: 2, weapon: "blaster" });
});

test("two who shoot each other in the same tick both fall, whatever their seats", () => {
  const game = duel("rail");
  game.player(1).weapon = "rail";
  for (const seat of [0, 1]) game.player(seat).health = 10;
  game.tick({ inputs: [...firing(0, 0).inputs, ...firing(1, left).inputs] });
  for (const seat of [0, 1]) expect(game.player(seat)).toMatchObject({ alive: false, score: 1, deaths: 1 });
  expect(game.world.feed.map(({ victim }) => victim)).toEqual(["player 1", "player 0"]);
});

test("who dies scores for the other, waits two seconds and comes back whole", () => {
  const game = duel();
  game.player(1).health = 1;
  game.player(1).doubleUntilTick = 10_000;
  game.tick(firing(0, 0));
  game.ticks(7);
  expect(game.player(0)).toMatchObject({ score: 1, hits: 1 });
  expect(game.player(1)).toMatchObject({ alive: false, health: 0, deaths: 1, doubleUntilTick: 0 });
  expect(game.world.feed).toEqual([{ id: 1, killer: "player 0", victim: "player 1", weapon: "blaster" }]);
  const diedAt = game.player(1).respawnAtTick - 60;
  game.ticks(diedAt + 59 - game.world.tick);
  expect(game.player(1).alive).toBe(false);
  game.tick();
  expect(game.player(1)).toMatchObject({ alive: true, health: 100 });
  expect(arenaMap.spawns).toContainEqual({ x: game.player(1).x, y: game.player(1).y });
});

test("the dead do not move, shoot or stop shots, but consume their inputs", () => {
  const game = duel();
  Object.assign(game.player(1), { alive: false, health: 0, respawnAtTick: 1000 });
  game.tick(inputsOf(1, { moveX: 127, buttons: 1 }));
  expect(game.player(1)).toMatchObject({ x: 600, vx: 0, shots: 0, idleTicks: 0 });
  game.tick(firing(0, 0));
  game.ticks(10);
  expect(game.player(0).hits).toBe(0);
});

test("a spawn is far from everybody alive", () => {
  for (let seed = 0; seed < 20; seed++) {
    const game = play({ seats: 1 });
    game.world.random = seed;
    place(game.player(0), 560, 540);
    game.tick({ joins: joinsOf(1) });
    const { x, y } = game.player(1);
    expect(Math.hypot(x - 560, y - 540)).toBeGreaterThan(1000);
  }
});

test("health is taken by who needs it, and lies there again later", () => {
  const game = play({ seats: 1 });
  const at = arenaMap.pickups.findIndex(({ kind }) => kind === "health");
  place(game.player(0), arenaMap.pickups[at]!.x, arenaMap.pickups[at]!.y);
  game.tick();
  expect(game.world.pickupsReadyAtTick[at], "not taken at full health").toBe(0);
  game.player(0).health = 70;
  game.tick();
  expect(game.player(0).health).toBe(100);
  game.player(0).health = 10;
  game.ticks(15 * 30 - 1);
  expect(game.player(0).health).toBe(10);
  game.tick();
  expect(game.player(0).health).toBe(60);
});

test("rapid fire shoots faster for eight seconds", () => {
  const game = play({ seats: 1 });
  const { x, y } = arenaMap.pickups.find(({ kind }) => kind === "rapid")!;
  place(game.player(0), x, y);
  game.tick();
  const shotsIn = (ticks: number) => {
    const before = game.player(0).shots;
    game.ticks(ticks, () => firing(0, 0));
    return game.player(0).shots - before;
  };
  expect(shotsIn(30)).toBe(10);
  place(game.player(0), 560, 540);
  game.ticks(8 * 30 - 30);
  expect(shotsIn(30)).toBe(6);
});

test("double damage doubles, for shots fired while it holds", () => {
  const game = duel("rail");
  const { x, y } = arenaMap.pickups.find(({ kind }) => kind === "double")!;
  place(game.player(0), x, y);
  place(game.player(1), x, y - 100);
  game.tick();
  game.player(0).weapon = "blaster";
  game.tick(firing(0, 49152));
  game.ticks(5);
  expect(game.player(1).health).toBe(100 - 2 * weapons.blaster.damage);
});

test("[P6] one shot too many takes the place of the oldest", () => {
  const game = play({ seats: 1 });
  place(game.player(0), 250, 750);
  const shot = { seat: 0, x: 250, y: 750, aim: 0, bornAtTick: game.world.tick, damage: 1, reach: 1200 };
  for (let id = 1; id <= projectilesMax; id++) game.world.projectiles.push({ ...shot, id });
  game.world.lastProjectileId = projectilesMax;
  game.tick(firing(0, 0));
  expect(game.world.projectiles).toHaveLength(projectilesMax);
  expect(game.world.projectiles[0]!.id).toBe(2);
  expect(game.world.projectiles.at(-1)!.id).toBe(projectilesMax + 1);
});

test("the map keeps what it promises", () => {
  for (const { x, y } of [...arenaMap.spawns, ...arenaMap.pickups]) {
    for (const [dx, dy] of [
      [0, 0],
      [8, 0],
      [-8, 0],
      [0, 8],
      [0, -8],
    ] as const) {
      expect(isFree(x + dx, y + dy), `${x}, ${y}`).toBe(true);
    }
  }
  const mirrored = new Set(arenaMap.walls.map(({ x, y, width, height }) => `${x} ${y} ${width} ${height}`));
  for (const { x, y, width, height } of arenaMap.walls) {
    expect(mirrored).toContain(`${arenaMap.width - x - width} ${y} ${width} ${height}`);
    expect(mirrored).toContain(`${x} ${arenaMap.height - y - height} ${width} ${height}`);
  }
  expect(arenaMap.pickups.length).toBeLessThanOrEqual(16);
});

test("sight: a wall between two points is seen from both sides, open ground is open", () => {
  expect(wallBetween(940, 500, 1060, 500)).toBe(true);
  expect(wallBetween(1060, 500, 940, 500)).toBe(true);
  expect(wallBetween(400, 560, 600, 560)).toBe(false);
  expect(wallBetween(400, 560, 400, 560)).toBe(false);
  const up = { x: 1000, y: 150, directionX: 0, directionY: -1 };
  expect(distanceToWall(up, 1000)).toBe(150);
  expect(distanceToWall({ ...up, directionY: 1 }, 1000)).toBe(50);
  expect(angleOf(0, -1)).toBe(49152);
});
