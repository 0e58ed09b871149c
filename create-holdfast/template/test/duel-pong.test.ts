/** What the game promises, tried on its rules alone: no server, no clock. `npm test` */
import assert from "node:assert/strict";
import { test } from "node:test";
import { duelPong, type PongInput } from "../game/duel-pong.ts";

const nothing = { leaves: [], joins: [], drops: [], returns: [], commands: [], inputs: [] };
const twoJoin = {
  ...nothing,
  tick: 1,
  joins: [
    { seat: 0, name: "Ada" },
    { seat: 1, name: "Ben" },
  ],
};

function played(ticks: number, inputs: readonly PongInput[] = []) {
  const world = duelPong.create(7, { goal: 3 });
  duelPong.step(world, twoJoin);
  for (let tick = 2; tick <= ticks; tick++)
    duelPong.step(world, { ...nothing, tick, inputs: inputs.length > 0 ? [{ seat: 0, inputs }] : [] });
  return world;
}

test("a paddle stays on the table", () => {
  assert.equal(played(200, [{ seq: 1, up: 1, down: 0 }]).players[0]?.y, 0);
  assert.equal(played(200, [{ seq: 1, up: 0, down: 1 }]).players[0]?.y, 240);
});

test("whoever misses gives a point away, and the goal ends the match", () => {
  const world = played(3000);
  assert.equal(duelPong.outcome(world)?.ranking.length, 2);
});
