/** What the game promises, tried on its rules alone: no server, no clock. `npm test` */
import assert from "node:assert/strict";
import { test } from "node:test";
import { play, playAtRandom } from "holdfast/testkit";
import { duelPong } from "../game/duel-pong.ts";
import { height, paddle } from "../game/table.ts";

test("a paddle stays on the table", () => {
  const match = play(duelPong);
  const ada = match.join("Ada");
  match.tick();
  match.ticks(100, { [ada]: { move: -1 } });
  assert.equal(match.world.players[0]?.y, 0);
  match.ticks(100, { [ada]: { move: 1 } });
  assert.equal(match.world.players[0]?.y, height - paddle);
});

test("a player who misses gives a point away, and the goal ends the match", () => {
  const match = play(duelPong, { options: { goal: 3 } });
  const [ada, ben] = [match.join("Ada"), match.join("Ben")];
  match.tick();
  match.ticks(5000, { [ada]: { move: -1 }, [ben]: { move: 1 } });
  assert.match(match.outcome!.reason, /has 3 points/);
  match.verify();
});

test("whatever is played, a crash at any tick changes nothing, and everybody sees what is", () => {
  for (let seed = 1; seed <= 20; seed++) playAtRandom(duelPong, { seed, ticks: 200 }).verify();
});
