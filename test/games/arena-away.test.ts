/** Players who are away: nothing comes from them, or their connection broke. They are no prey. */
import { expect, test } from "vitest";
import { see } from "../../shared/games/arena/seen.ts";
import { inputsOf, play } from "./play.ts";

const second = 30;
const shown = (game: ReturnType<typeof play>, seat: number) => {
  const players = see(game.world).players as unknown as readonly { seat: number; connected: boolean }[];
  return players.find((player) => player.seat === seat)!.connected;
};

test("[P1.21] who sends nothing for three seconds is shown as away, and is there again with the first input", () => {
  const game = play({ seats: 2, spawnSafe: true });
  game.ticks(3 * second - 1, () => inputsOf(1, {}));
  expect([shown(game, 0), shown(game, 1)]).toEqual([true, true]);
  game.ticks(2, () => inputsOf(1, {}));
  expect([shown(game, 0), shown(game, 1)]).toEqual([false, true]);
  game.tick(inputsOf(0, {}));
  expect(shown(game, 0)).toBe(true);
});

test("[P1.21] who is away and was killed stays dead until they are there again, and is then not hurt at first", () => {
  const game = play({ seats: 2, spawnSafe: true });
  game.ticks(3 * second + 1);
  const player = game.player(0);
  Object.assign(player, { alive: false, health: 0, respawnAtTick: game.world.tick + 2 });
  game.ticks(5 * second);
  expect(player.alive).toBe(false);
  game.tick(inputsOf(0, {}));
  expect(player.alive).toBe(true);
  expect(player.safeUntilTick).toBeGreaterThanOrEqual(game.world.tick + second);
});

test("[P1.21] who comes back to a life that they still have is not hurt for a second, or until they do something", () => {
  const game = play({ seats: 1, spawnSafe: true });
  game.ticks(4 * second);
  game.tick(inputsOf(0, {}));
  expect(game.player(0).safeUntilTick).toBe(game.world.tick + second);
  game.tick(inputsOf(0, { moveX: 127 }));
  expect(game.player(0).safeUntilTick).toBe(0);
});

test("[P1.21] whose connection breaks is not hurt for a second, as after a crash in which all of them break", () => {
  const game = play({ seats: 2, spawnSafe: true });
  game.ticks(3 * second, () => ({ inputs: [0, 1].flatMap((seat) => inputsOf(seat, { moveX: 1 }).inputs) }));
  game.tick({ drops: [0, 1] });
  for (const seat of [0, 1]) {
    expect(game.player(seat).safeUntilTick).toBe(game.world.tick + second);
    expect(shown(game, seat)).toBe(false);
  }
  game.ticks(second);
  expect(game.player(1).safeUntilTick).toBeLessThanOrEqual(game.world.tick);
});

test("in a match from before there was safety nobody is away", () => {
  const game = play({ seats: 1 });
  game.ticks(5 * second);
  expect(shown(game, 0)).toBe(true);
  expect(game.player(0).idleTicks).toBe(7);
});
