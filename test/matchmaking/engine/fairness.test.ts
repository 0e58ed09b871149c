/** The engine's short formula says what OpenSkill says; the native sort says what a comparator would. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { favouriteChance } from "../../../server/matchmaking/engine/fairness.ts";
import { Memory } from "../../../server/matchmaking/engine/memory.ts";
import { ascending } from "../../../server/matchmaking/engine/order.ts";
import { newRating, type Rating } from "../../../server/ratings/rating.ts";
import { winShares } from "../../ratings/win-shares.ts";

const someRating = fc.record({
  mu: fc.double({ min: 0, max: 60, noNaN: true }),
  sigma: fc.double({ min: 0.5, max: 9, noNaN: true }),
});

const strengthOf = (team: readonly Rating[]) => ({
  mu: team.reduce((sum, { mu }) => sum + mu, 0),
  variance: team.reduce((sum, { sigma }) => sum + sigma * sigma, 0),
});

test("an equal match is even, a stronger team is the favourite, shares add up to one", () => {
  const [strong, player] = [{ mu: 30, sigma: 3 }, newRating()];
  const chance = (...teams: Rating[][]) => favouriteChance(teams.map(strengthOf));
  expect(chance([player], [player])).toBeCloseTo(0.5, 6);
  expect(chance([strong], [player])).toBeGreaterThan(0.5);
  expect(winShares([[strong], [player]])[0]! + winShares([[player], [strong]])[0]!).toBeCloseTo(1, 6);
  expect(winShares([[strong], [player], [player]]).reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
});

test("the favourite's chance is the highest that OpenSkill predicts, for any number of sides", () => {
  const someTeams = fc.array(fc.array(someRating, { minLength: 1, maxLength: 5 }), {
    minLength: 2,
    maxLength: 8,
  });
  fc.assert(
    fc.property(someTeams, (teams) => {
      expect(favouriteChance(teams.map(strengthOf))).toBeCloseTo(Math.max(...winShares(teams)), 6);
    }),
  );
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
