/** The one movement function: what it does to a body, and that server and client get the same from it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arenaMap } from "../../shared/games/arena/map.ts";
import {
  gridPerUnit,
  isFree,
  type MovingBody,
  movePlayer,
  noMove,
  onGrid,
  playerRadius,
  playerSpeedMax,
} from "../../shared/games/arena/movement.ts";
import { wallBetween } from "../../shared/games/arena/sight.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import { inputsOf, place, play } from "./play.ts";

const right = { moveX: 127, moveY: 0 };

function bodyAt(x: number, y: number): MovingBody {
  return { x, y, vx: 0, vy: 0 };
}

function walk(body: MovingBody, input: { moveX: number; moveY: number }, steps: number): MovingBody {
  for (let n = 0; n < steps; n++) movePlayer(body, input);
  return body;
}

test("a player reaches full speed, in any direction the same, and not more", () => {
  expect(walk(bodyAt(400, 560), right, 10).vx).toBe(playerSpeedMax);
  const { vx, vy } = walk(bodyAt(400, 500), { moveX: 127, moveY: 127 }, 10);
  expect(Math.sqrt(vx * vx + vy * vy)).toBeCloseTo(playerSpeedMax, 0);
});

test("half a wish is half the speed", () => {
  expect(walk(bodyAt(400, 560), { moveX: 64, moveY: 0 }, 10).vx).toBeCloseTo((playerSpeedMax * 64) / 127, 1);
});

test("who lets go comes to a full stop", () => {
  const body = walk(walk(bodyAt(400, 560), right, 10), noMove, 6);
  expect(body).toMatchObject({ vx: 0, vy: 0 });
});

test("a wall stops what goes into it and lets slide what goes along it", () => {
  const wall = { x: 160, y: 520 }; // its left side; the way down past it is free
  const body = walk(bodyAt(100, 540), { moveX: 127, moveY: 60 }, 12);
  expect(body.x).toBe(wall.x - playerRadius);
  expect(body.vx).toBe(0);
  expect(body.y).toBeGreaterThan(560);
  expect(body.vy).toBeGreaterThan(0);
});

test("the edges of the map hold", () => {
  expect(walk(bodyAt(100, 100), { moveX: -127, moveY: -127 }, 60)).toEqual(
    bodyAt(playerRadius, playerRadius),
  );
});

test("an inner corner holds", () => {
  // inside the upper left angle: walls above and to the left
  const body = walk(bodyAt(380, 330), { moveX: -127, moveY: -127 }, 60);
  expect(body).toMatchObject({ x: 340 + playerRadius, y: 280 + playerRadius });
});

test("a corner turns a player aside and does not hold them", () => {
  // to the right, against the upper left corner of the pillar at (640, 420), a little above its edge
  for (let y = 404; y < 416; y += 1 / gridPerUnit) {
    const body = walk(bodyAt(600, y), right, 45);
    expect(body.x, `from y ${y}`).toBeGreaterThan(720);
  }
});

test("[P4] what is rounded to zero is not a negative zero", () => {
  expect(onGrid(-0.01)).toBe(0);
});

test("nobody gets into a wall or jumps it, and everybody stays on the grid", () => {
  const move = fc.record({
    moveX: fc.integer({ min: -127, max: 127 }),
    moveY: fc.integer({ min: -127, max: 127 }),
    steps: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...arenaMap.spawns), fc.array(move, { maxLength: 30 }), (spawn, moves) => {
      const body = bodyAt(spawn.x, spawn.y);
      for (const { steps, ...input } of moves) {
        for (let n = 0; n < steps; n++) {
          const { x, y } = body;
          movePlayer(body, input);
          if (!isFree(body.x, body.y)) expect.fail(`in a wall at ${body.x}, ${body.y}`);
          if (wallBetween(x, y, body.x, body.y)) expect.fail(`through a wall at ${x}, ${y}`);
          for (const value of Object.values(body)) expect(Number.isInteger(value * gridPerUnit)).toBe(true);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("[P1] a client that starts from the View and replays its inputs is where the server is, to the bit", () => {
  const inputs = fc.array(
    fc.record({ moveX: fc.integer({ min: -127, max: 127 }), moveY: fc.integer({ min: -127, max: 127 }) }),
    { minLength: 1, maxLength: 120 },
  );
  fc.assert(
    fc.property(inputs, fc.nat({ max: 60 }), (moves, seenAfter) => {
      const game = play({ seats: 1 });
      const view = arenaView.create();
      let predicted: MovingBody | undefined;
      for (const [index, move] of moves.entries()) {
        game.tick(inputsOf(0, move));
        if (predicted) movePlayer(predicted, move);
        if (index !== Math.min(seenAfter, moves.length - 1)) continue;
        arenaView.write(view, game.world);
        const { x, y, vx, vy } = view.players.get("0")!;
        predicted = { x, y, vx, vy };
      }
      const { x, y, vx, vy } = game.player(0);
      expect(predicted).toEqual({ x, y, vx, vy });
    }),
  );
});

test("[P1] four inputs in one tick walk as far as four inputs in four ticks", () => {
  const [burst, steady] = [play({ seats: 1 }), play({ seats: 1 })];
  for (const game of [burst, steady]) place(game.player(0), 400, 560);
  burst.tick(inputsOf(0, right, right, right, right));
  steady.ticks(4, () => inputsOf(0, right));
  expect(burst.player(0).x).toBe(steady.player(0).x);
  expect(burst.player(0).x).toBeGreaterThan(400);
});

test("[P1.1] [P6] the fifth input of a tick is not applied", () => {
  const [four, five] = [play({ seats: 1 }), play({ seats: 1 })];
  four.tick(inputsOf(0, right, right, right, right));
  five.tick(inputsOf(0, right, right, right, right, right));
  expect(five.player(0)).toEqual(four.player(0));
});

test("six ticks without an input move nobody; from the seventh on the player comes to rest", () => {
  const game = play({ seats: 1 });
  place(game.player(0), 400, 560);
  game.ticks(6, () => inputsOf(0, right));
  const { x } = game.player(0);
  game.ticks(6);
  expect(game.player(0)).toMatchObject({ x, vx: playerSpeedMax });
  game.tick();
  expect(game.player(0).x).toBeGreaterThan(x);
  game.ticks(6);
  expect(game.player(0).vx).toBe(0);
});
