/**
 * `holdfast/testkit`: for the tests of a game. `play` is a match without a server, checked at every step; `verify`
 * restores it from every tick. `playAtRandom` plays from a seed, for property tests. `migrated` brings golden Worlds
 * forward. Errors name the tick and the first field that differs. With any test runner.
 *
 * ```ts
 * const match = play(hands, { options: { cards: 5 } });
 * const ada = match.join("Ada");
 * match.tick();
 * match.command(ada, "draw");
 * assert.deepEqual(match.tick(), [{ ok: true }]);
 * match.verify();
 * for (let seed = 1; seed <= 50; seed++) playAtRandom(hands, { seed }).verify();
 * ```
 */
export { checkedStep } from "../testkit/checked-game.ts";
export { firstDifference } from "../testkit/difference.ts";
export { FakeClock } from "../testkit/fake-clock.ts";
export { migrated } from "../testkit/migration-check.ts";
export { Play, type PlayedInput, type PlayOptions, play, type WorldOf } from "../testkit/play.ts";
export { playAtRandom, type RandomPlayOptions } from "../testkit/random-play.ts";
export { ViewCheck } from "../testkit/view-check.ts";
