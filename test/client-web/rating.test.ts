/** Ratings before and after a match, in words; and the wait until the match has been counted. */
import { expect, test } from "vitest";
import { shownPlaces } from "../../client-web/home/leaderboard.ts";
import { afterWords, ratingChange, standingWords } from "../../client-web/rating/rating-words.ts";
import { ratingAfter } from "../../client-web/rating/standing.ts";
import type { RatingInfo } from "../../shared/wire/ratings.ts";

const rating = (mu: number, matches: number): RatingInfo => ({
  ...{ mu, sigma: 8, score: mu - 24, matches },
  ratedAt: "2026-01-01T00:00:00.000Z",
});

test("a change is the one between the numbers as they are shown", () => {
  expect(ratingChange(25, 27.64)).toEqual({ before: "25.0", after: "27.6", change: "+2.6", tone: "rose" });
  expect(ratingChange(25.04, 22.36)).toEqual({ before: "25.0", after: "22.4", change: "−2.6", tone: "fell" });
  expect(ratingChange(25.04, 24.96)).toMatchObject({ change: "±0.0", tone: "same" });
});

test("a standing names rating, place and matches, and the first match what it is", () => {
  expect(standingWords({ rating: rating(27.25, 4), place: 3 })).toBe(
    "Your rating 27.3 · place 3 · 4 matches",
  );
  expect(standingWords({ rating: rating(27.25, 1), place: undefined })).toBe("Your rating 27.3 · 1 match");
  expect(standingWords({ rating: undefined, place: undefined })).toMatch(/no rating here yet/);
  expect(afterWords({ mu: 25, matches: 0 }, 2)).toBe("Your first rated match · place 2 of the leaderboard");
  expect(afterWords({ mu: 25, matches: 3 }, undefined)).toBe("");
});

test("the rating after a match is the one with a match more; errors are asked over, within bounds", async () => {
  const answers: (() => RatingInfo | undefined)[] = [
    () => rating(25, 2),
    () => {
      throw new Error("away");
    },
    () => undefined,
    () => rating(26, 3),
  ];
  let pauses = 0;
  const parts = { ask: async () => answers.shift()!(), pause: async () => void pauses++, triesMax: 4 };
  expect(await ratingAfter({ matches: 2 }, parts)).toMatchObject({ mu: 26 });
  expect(pauses).toBe(3);

  const never = { ...parts, ask: async () => rating(26, 3), triesMax: 3 };
  expect(await ratingAfter({ matches: 3 }, never)).toBeUndefined();
});

test("who is not among the ten best has a row of their own under them", () => {
  const best = Array.from({ length: 30 }, (_, at) => ({
    ...{ place: at + 1, userId: `guest:${at}` },
    ...rating(30 - at, 1),
  }));
  const places = (userId: string | undefined) => shownPlaces(best, userId).map(({ place }) => place);
  expect(places(undefined)).toHaveLength(10);
  expect(places("guest:9")).toHaveLength(10);
  expect(places("guest:20").slice(-2)).toEqual([10, 21]);
});
