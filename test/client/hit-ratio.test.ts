/**
 * A rail shooter with perfect aim on a line of any length, and a runner at full speed: what is aimed at on the screen is
 * hit, as far as the arena looks back.
 */
import { describe, expect, test } from "vitest";
import { ServerTime, Track } from "../../shared/client/interpolate.ts";
import { fireButton } from "../../shared/games/arena/input.ts";
import { momentSaid } from "../../shared/games/arena/rules/rewind.ts";
import { inputsOf, place, play } from "../games/play.ts";
import { Chance } from "../simulation/chance.ts";

const tickMs = 1000 / 30;
const shots = 200;
const ticksPerShot = 7;
const isPatchTick = (tick: number) => (tick * 20) % 30 < 20;

interface Sent {
  readonly atMs: number;
  readonly aim: number;
  readonly seen: number;
}

/** @returns the share of shots that hit */
function hitRatio(roundTripMs: number, saysMoment: boolean): number {
  const chance = new Chance(7);
  const game = play({ seats: 2, durationSeconds: 600 });
  const [shooter, runner] = [game.player(0), game.player(1)];
  shooter.weapon = "rail";
  place(shooter, 400, 560);
  place(runner, 600, 560);
  const time = new ServerTime({ jumpMs: 250 });
  const track = new Track(120);
  const patches: {
    readonly atMs: number;
    readonly serverMs: number;
    readonly x: number;
    readonly y: number;
  }[] = [];
  const inputs: Sent[] = [];
  const lineMs = () => roundTripMs / 2 + chance.below(40) / 10;
  let up = true;
  for (let turn = 1; shooter.shots < shots; turn++) {
    const nowMs = turn * tickMs;
    // The client's turn is somewhere in the server's.
    const clientMs = nowMs - tickMs * 0.4;
    while (patches[0] && patches[0].atMs <= clientMs) {
      const { serverMs, atMs, x, y } = patches.shift()!;
      time.heard(serverMs, atMs);
      track.add(serverMs, { x, y, angle: 0 });
    }
    const serverMs = time.drawn(clientMs);
    const drawn = serverMs === undefined ? undefined : track.shown(serverMs, clientMs);
    if (drawn) {
      const radians = Math.atan2(drawn.y - shooter.y, drawn.x - shooter.x);
      const aim = Math.round((radians / (2 * Math.PI)) * 65_536) & 65_535;
      const seen = saysMoment ? momentSaid(serverMs! / tickMs) : 0;
      inputs.push({ atMs: clientMs + lineMs(), aim, seen });
    }
    const arrived = inputs.findLast(({ atMs }) => atMs <= nowMs);
    if (arrived) inputs.splice(0, inputs.indexOf(arrived) + 1);
    if (turn % ticksPerShot === 0 && turn > 60) shooter.fireReadyAtTick = 0;
    else shooter.fireReadyAtTick = game.world.tick + 10;
    runner.health = 100;
    if (runner.y < 460) up = false;
    if (runner.y > 660) up = true;
    const fired = arrived ? inputsOf(0, { ...arrived, buttons: fireButton }).inputs : [];
    game.tick({ inputs: [...fired, ...inputsOf(1, { moveY: up ? -127 : 127 }).inputs] });
    if (isPatchTick(game.world.tick))
      patches.push({ atMs: nowMs + lineMs(), serverMs: nowMs, x: runner.x, y: runner.y });
  }
  return shooter.hits / shooter.shots;
}

describe("[P1.17] perfect aim at what is drawn", () => {
  test.each([0, 20, 50, 100, 150])("hits over a round trip of %i ms", (roundTripMs) => {
    expect(hitRatio(roundTripMs, true)).toBeGreaterThanOrEqual(0.97);
  });

  test("hits less and less beyond, and misses mostly when nothing is said of the screen", () => {
    const beyond = [150, 200, 250].map((roundTripMs) => hitRatio(roundTripMs, true));
    expect([...beyond].sort((a, b) => b - a)).toEqual(beyond);
    for (const roundTripMs of [20, 100]) expect(hitRatio(roundTripMs, false)).toBeLessThan(0.5);
  });
});
