/** Shapes of ratings and leaderboards, as callers see them. */
import { z } from "zod";
import { playerName, userId } from "./sessions.ts";

const ratingFields = {
  /** Mean of the estimated skill; new players begin at 25. */
  mu: z.number(),
  /** Uncertainty of the estimate; new players begin at 25/3. */
  sigma: z.number(),
  /** mu − 3 sigma: the skill that a player has with near certainty. Leaderboards sort by it. */
  score: z.number(),
  matches: z.int(),
  ratedAt: z.iso.datetime(),
};

export const rating = z.object(ratingFields).readonly().meta({ id: "Rating" });
export type RatingInfo = z.infer<typeof rating>;

export const playerRatings = z
  .object({
    userId,
    /** By queue; queues in which the player finished no match are left out. */
    ratings: z.record(z.string(), rating),
  })
  .readonly()
  .meta({ id: "PlayerRatings" });

export type PlayerRatings = z.infer<typeof playerRatings>;

export const leaderboardPlace = z
  .object({ place: z.int(), userId, name: playerName.optional(), ...ratingFields })
  .readonly()
  .meta({ id: "LeaderboardPlace" });

export const leaderboardPage = z.object({ players: z.array(leaderboardPlace).readonly() }).readonly();
export type LeaderboardPage = z.infer<typeof leaderboardPage>;

const number = (min: number, max: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, "must be a whole number")
    .default(String(otherwise))
    .transform(Number)
    .pipe(z.int().min(min).max(max));

export const leaderboardQuery = z.strictObject({
  /** 0 is the best. */
  from: number(0, 9_999, 0),
  count: number(1, 100, 20),
});
