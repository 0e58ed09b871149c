/** Ratings in words and numbers, before a match and after it. Pure. */
import type { RatingBefore, Standing } from "./standing.ts";

export interface RatingChange {
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly tone: "rose" | "fell" | "same";
}

/** The change is that of the two numbers as they are shown, so that they add up. */
export function ratingChange(before: number, after: number): RatingChange {
  const change = Math.round(after * 10) - Math.round(before * 10);
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return {
    before: (Math.round(before * 10) / 10).toFixed(1),
    after: (Math.round(after * 10) / 10).toFixed(1),
    change: `${sign}${(Math.abs(change) / 10).toFixed(1)}`,
    tone: change > 0 ? "rose" : change < 0 ? "fell" : "same",
  };
}

export function standingWords({ rating, place }: Pick<Standing, "rating" | "place">): string {
  if (!rating) return "You have no rating here yet. Your first match gives you one.";
  const matches = rating.matches === 1 ? "1 match" : `${rating.matches} matches`;
  const where = place === undefined ? "" : ` · place ${place}`;
  return `Your rating ${rating.mu.toFixed(1)}${where} · ${matches}`;
}

/** The text below the numbers of a result. */
export function afterWords({ matches }: RatingBefore, place: number | undefined): string {
  const first = matches === 0 ? "Your first rated match" : "";
  return [first, place === undefined ? "" : `place ${place} of the leaderboard`].filter(Boolean).join(" · ");
}
