/** How even a match would be; the native sort says what a comparator would. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { chanceToBeat, favouriteChance, type Strength } from "../../../server/matchmaking/engine/fairness.ts";
import { Memory } from "../../../server/matchmaking/engine/memory.ts";
import { ascending } from "../../../server/matchmaking/engine/order.ts";
import { beta, newRating, type Rating } from "../../../server/ratings/rating.ts";
import { bell } from "../../simulation/bell.ts";
import { Chance } from "../../simulation/chance.ts";

const strengthOf = (team: readonly Rating[]) => ({
  mu: team.reduce((sum, { mu }) => sum + mu, 0),
  variance: team.reduce((sum, { sigma }) => sum + sigma * sigma, 0),
});

test("an equal match is even, a stronger team is the favourite", () => {
  const [strong, player] = [{ mu: 30, sigma: 3 }, newRating()];
  const chance = (...teams: Rating[][]) => favouriteChance(teams.map(strengthOf));
  expect(chance([player], [player])).toBeCloseTo(0.5, 6);
  expect(chance([strong], [player])).toBeGreaterThan(0.5);
  expect(chance([player], [player], [player])).toBeCloseTo(1 / 3, 6);
});

test("the chance of one side is what drawing performances shows", () => {
  const chance = new Chance(7);
  const [one, other] = [strengthOf([{ mu: 27, sigma: 2 }]), strengthOf([{ mu: 24, sigma: 4 }])];
  const perform = ({ mu, variance }: Strength) => mu + Math.sqrt(variance + beta * beta) * bell(chance);
  const draws = 40_000;
  let won = 0;
  for (let draw = 0; draw < draws; draw++) if (perform(one) > perform(other)) won += 1;
  expect(chanceToBeat(one, other)).toBeCloseTo(won / draws, 2);
});

test("positions come in ascending order, equal values in the given order", () => {
  // Few are sorted in another way than many.
  const someValues = fc.array(
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e12, max: 1e12, noNaN: true })),
    { maxLength: 1000, size: "max" },
  );
  fc.assert(
    fc.property(someValues, (values) => {
      const expected = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]! || b - a);
      expect([...ascending(Float64Array.from(values), new Memory(), (a, b) => b - a)]).toEqual(expected);
    }),
  );
});
