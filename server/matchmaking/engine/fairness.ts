/**
 * How even a match would be, as the model of the ratings predicts it (rating.ts): who performs better, side against
 * side. On sums instead of objects, because a scan calls it a hundred thousand times.
 */
import { beta } from "../../ratings/rating.ts";
import type { Sides } from "./line-up.ts";
import { muSumOf, type Pool, ticketOf } from "./pool.ts";

/** A side's strength: sums over its players. */
export interface Strength {
  readonly mu: number;
  /** Sum of sigma squared. */
  readonly variance: number;
}

/** The share of all pairings that the likeliest winner wins; with two sides, its chance to win. */
export function favouriteChance(strengths: readonly Strength[]): number {
  const count = strengths.length;
  if (count < 2) return 1;
  const wins = new Array<number>(count).fill(0);
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) {
      const chance = chanceToBeat(strengths[a]!, strengths[b]!);
      wins[a]! += chance;
      wins[b]! += 1 - chance;
    }
  return Math.max(...wins) / ((count * (count - 1)) / 2);
}

/** How far the favourite's chance is above an equal chance; with two sides |p(win) - 0.5|. */
export function unfairnessOf(strengths: readonly Strength[]): number {
  return favouriteChance(strengths) - 1 / strengths.length;
}

/** The chance of the first side to be placed before the other. */
export function chanceToBeat(one: Strength, other: Strength): number {
  const spread = Math.sqrt(2 * beta * beta + one.variance + other.variance);
  return normalBelow((one.mu - other.mu) / spread);
}

/** The standard normal distribution, within 1e-7: Abramowitz and Stegun 26.2.17. */
function normalBelow(value: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(value));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return value >= 0 ? 1 - tail : tail;
}

/**
 * The sides as opponents. With only one side everybody plays alone: each player is a side. An empty seat counts as
 * one more player of the match's mean, like a bot.
 */
export function strengthsOf(pool: Pool, sides: Sides): Strength[] {
  if (sides.length === 1) return playersOf(pool, sides[0]!);
  const strengths = sides.map((rows) => sideOf(pool, rows));
  const { teamSize } = pool.rules;
  if (strengths.every(({ players }) => players === teamSize)) return strengths;
  const all = sideOf(pool, sides.flat());
  return strengths.map(({ mu, variance, players }) => {
    const empty = teamSize - players;
    return {
      mu: mu + (empty * all.mu) / all.players,
      variance: variance + (empty * all.variance) / all.players,
    };
  });
}

function playersOf(pool: Pool, rows: readonly number[]): Strength[] {
  const players = rows.flatMap((row) => ticketOf(pool, row).players);
  return players.map(({ rating }) => ({ mu: rating.mu, variance: rating.sigma * rating.sigma }));
}

function sideOf(pool: Pool, rows: readonly number[]): Strength & { players: number } {
  let mu = 0;
  let variance = 0;
  let players = 0;
  for (const row of rows) {
    mu += muSumOf(pool, row);
    variance += pool.variance[row]!;
    players += pool.size[row]!;
  }
  return { mu, variance, players };
}
