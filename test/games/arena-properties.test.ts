/** What holds in the arena after every tick, whatever the players do; and what no record can break. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaMap } from "../../shared/games/arena/map.ts";
import { gridPerUnit, isFree, playerSpeedMax } from "../../shared/games/arena/movement.ts";
import { sideScores } from "../../shared/games/arena/rules/sides.ts";
import { type ArenaWorld, departedMax, linesMax, projectilesMax } from "../../shared/games/arena/world.ts";
import { arbitraryRecords, arbitrarySides } from "./arbitrary-records.ts";
import { playScripted } from "./scripted-match.ts";

for (const wild of [false, true]) {
  test(`[P1] [P6] every World is sound after ${wild ? "any records at all" : "any records of a room"}`, () => {
    fc.assert(
      fc.property(
        fc.nat(),
        arbitrarySides,
        arbitraryRecords({ seats: 6, stretchesMax: 15, wild }),
        (seed, sides, records) => {
          const world = arena.create(seed, { durationSeconds: 10, ...sides });
          for (const record of records) {
            const answers = arena.step(world, record);
            expect(answers).toHaveLength(record.commands.length);
            expectSound(world);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
}

test("[P6] every World of a crowded match is sound", () => {
  let projectiles = 0;
  playScripted({
    seed: 8,
    players: 9,
    bots: [9, 10, 11, 12, 13, 14, 15],
    teamSize: 3,
    ticks: 1500,
    onTick: (world) => {
      expectSound(world);
      projectiles = Math.max(projectiles, world.projectiles.length);
    },
  });
  expect(projectiles, "somebody must have shot").toBeGreaterThan(10);
});

function expectSound(world: ArenaWorld): void {
  hashPlain(world); // throws on NaN, undefined and whatever is not plain
  const faults: string[] = [];
  const check = (holds: boolean, fault: string): unknown => holds || faults.push(fault);
  for (const player of world.players) {
    const { name, x, y, vx, vy, health, alive } = player;
    check(isFree(x, y), `${name} stands in a wall at ${x}, ${y}`);
    check(
      [x, y, vx, vy].every((value) => Number.isInteger(value * gridPerUnit)),
      `${name} is off the grid`,
    );
    check(Math.sqrt(vx * vx + vy * vy) <= playerSpeedMax + 0.1, `${name} is too fast: ${vx}, ${vy}`);
    check(Number.isInteger(health) && health >= 0 && health <= 100, `${name} has health ${health}`);
    check(alive === health > 0, `${name} is alive ${alive} with health ${health}`);
    check(name.length > 0 && [...name].length <= 20, `a name of ${[...name].length}`);
  }
  const seats = world.players.map(({ seat }) => seat);
  const bots = world.players.filter(({ bot }) => bot).map(({ seat }) => seat);
  check(String(world.bots.map(({ seat }) => seat)) === String(bots), `heads of bots ${bots}`);
  const scored = sideScores(world).reduce((sum, score) => sum + score, 0);
  check(world.teamSize === 1 || scored === world.lastFeedId, `sides have scored ${scored}`);
  check(isAscending(seats) && seats.every((seat) => seat >= 0 && seat < 16), `seats ${seats}`);
  check(new Set(world.players.map(({ name }) => name)).size === seats.length, "two players of one name");
  check(world.projectiles.length <= projectilesMax, `${world.projectiles.length} projectiles`);
  check(isAscending(world.projectiles.map(({ id }) => id)), "projectiles out of order");
  check(
    world.projectiles.every((shot) => seats.includes(shot.seat)),
    "a shot of nobody",
  );
  check(new Set(world.beams.map(({ seat }) => seat)).size === world.beams.length, "two beams of one seat");
  check(world.feed.length <= linesMax && world.chat.length <= linesMax, "too many lines");
  check(world.departed.length <= departedMax, "too many departed");
  check(world.pickupsReadyAtTick.length === arenaMap.pickups.length, "pickup places");
  expect(faults).toEqual([]);
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
}
