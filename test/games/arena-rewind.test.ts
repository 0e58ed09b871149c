/** Rail shots are judged by what was on their sender's screen, within limits; and who comes to life is safe at first. */
import { describe, expect, test } from "vitest";
import { fireButton } from "../../shared/games/arena/input.ts";
import { momentSaid, momentSeen, placeAt, rewindTicksMax } from "../../shared/games/arena/rules/rewind.ts";
import { faceToFace, inputsOf, type Play, place, play } from "./play.ts";

/** A runner crosses the line of fire of seat 0 upwards, and is on it at the end of tick `runnerOnLineAt`. */
function crossing(): Play {
  const game = play({ seats: 2 });
  game.player(0).weapon = "rail";
  place(game.player(0), 400, 560);
  place(game.player(1), 600, 480);
  return game;
}

const runUp = () => inputsOf(1, { moveY: 127 });

function shoot(game: Play, seenTick: number): boolean {
  const before = game.player(1).health;
  const inputs = [
    ...inputsOf(0, { aim: 0, buttons: fireButton, seen: momentSaid(seenTick) }).inputs,
    ...runUp().inputs,
  ];
  game.tick({ inputs });
  return game.player(1).health < before;
}

describe("[P1.17] a rail shot", () => {
  test("hits where its sender saw the runner, up to 200 ms ago, and not where nobody saw them", () => {
    /** A runner's radius is what they run in less than two ticks. */
    for (const behind of [0, 1, 2, 3, 4, 5, 6, 9, 12]) {
      const game = crossing();
      while (game.player(1).y < 560) game.tick(runUp());
      const onLineAt = game.world.tick;
      game.ticks(behind, runUp);
      expect(shoot(game, onLineAt), `${behind} ticks later`).toBe(behind <= rewindTicksMax);
    }
    const late = crossing();
    while (late.player(1).y < 560 + 60) late.tick(runUp());
    expect(shoot(late, late.world.tick)).toBe(false);
  });

  test("is judged by now when nothing is said, by no future, and by no older moment than an earlier shot", () => {
    const game = crossing();
    game.ticks(20, runUp);
    const { world } = game;
    const shooter = game.player(0);
    expect(momentSeen(world, shooter, 0)).toBe(world.tick);
    expect(momentSeen(world, shooter, momentSaid(world.tick + 50))).toBe(world.tick);
    shooter.sawTick = 0;
    expect(momentSeen(world, shooter, momentSaid(world.tick - 2.5))).toBe(world.tick - 2.5);
    expect(momentSeen(world, shooter, momentSaid(world.tick - 4))).toBe(world.tick - 2.5);
    shooter.sawTick = 0;
    expect(momentSeen(world, shooter, momentSaid(world.tick - 60))).toBe(world.tick - rewindTicksMax);
  });

  test("knows the moment on, however long the match runs", () => {
    const game = play({ seats: 1 });
    for (const tick of [4094, 4095, 4096, 4097, 8191.5, 100_000.25]) {
      game.world.tick = Math.ceil(tick) + 1;
      game.player(0).sawTick = 0;
      expect(momentSeen(game.world, game.player(0), momentSaid(tick))).toBeCloseTo(tick, 3);
    }
  });

  test("finds nobody where they were before they came to life, and nobody on the way from there", () => {
    const game = crossing();
    game.ticks(10, runUp);
    const runner = game.player(1);
    runner.alive = false;
    runner.health = 0;
    runner.respawnAtTick = game.world.tick + 3;
    game.ticks(3);
    expect(runner.alive).toBe(true);
    const aliveAt = game.world.tick;
    game.ticks(2);
    // As in the step of the next tick, which asks.
    game.world.tick += 1;
    expect(placeAt(game.world, runner, aliveAt - 0.5)).toBeUndefined();
    expect(placeAt(game.world, runner, aliveAt)).toEqual({ x: runner.x, y: runner.y });
    expect(placeAt(game.world, runner, aliveAt + 1.5)).toEqual({ x: runner.x, y: runner.y });
  });

  test("passes who died since, wherever they were seen", () => {
    const game = crossing();
    while (game.player(1).y < 560) game.tick(runUp());
    const onLineAt = game.world.tick;
    game.player(1).alive = false;
    game.tick(inputsOf(0, { buttons: fireButton, seen: momentSaid(onLineAt) }));
    expect(game.player(0).hits).toBe(0);
  });
});

describe("[P1.18] a player who comes to life", () => {
  const shotAt = (game: Play) => {
    const before = game.player(1).health;
    game.player(0).fireReadyAtTick = 0;
    game.tick(inputsOf(0, { aim: 0, buttons: fireButton }));
    return before - game.player(1).health;
  };
  const started = () => {
    const game = play({ seats: 2, spawnSafe: true });
    game.player(0).weapon = "rail";
    faceToFace(game);
    return game;
  };

  test("is not hurt for two seconds, and everybody sees it", () => {
    const game = started();
    expect(shotAt(game)).toBe(0);
    game.ticks(57);
    expect(shotAt(game)).toBe(0);
    expect(game.world.tick).toBe(60);
    game.ticks(1);
    expect(shotAt(game)).toBe(80);
  });

  test.each([
    ["moves", { moveX: 1 }],
    ["fires", { buttons: fireButton, aim: 32_768 }],
  ])("is hurt as soon as they %s", (_what, input) => {
    const game = started();
    game.tick(inputsOf(1, { aim: 500 }));
    expect(shotAt(game), "only looking around").toBe(0);
    game.tick(inputsOf(1, input));
    expect(shotAt(game)).toBe(80);
  });

  test("or comes back from a lost connection has a second to look around", () => {
    const game = started();
    game.ticks(70);
    game.tick({ drops: [1] });
    game.tick({ returns: [1] });
    expect(shotAt(game)).toBe(0);
    game.ticks(29);
    expect(shotAt(game)).toBe(80);
  });
});
