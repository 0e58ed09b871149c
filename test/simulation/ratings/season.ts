/**
 * A season of players who play again and again: what their ratings predicted of the matches, and what came of them. The
 * world is the one that the ratings assume: nobody gets better, and a side performs by its players' skills and luck.
 */
import { chanceToBeat, type Strength } from "../../../server/matchmaking/engine/fairness.ts";
import { beta, newRating, type Rating, rated } from "../../../server/ratings/rating.ts";
import { bell } from "../bell.ts";
import { Chance } from "../chance.ts";

export interface SeasonSettings {
  readonly seed: number;
  readonly players: number;
  readonly matches: number;
  readonly sides: number;
  readonly sideSize: number;
  /** Whether opponents are chosen by their ratings, as a queue does, or are those who come. */
  readonly matched: boolean;
}

/** Pairs of sides for which the ratings gave the better one a chance in this range. */
export interface PredictedChance {
  readonly pairs: number;
  /** Means of what was predicted, and of what came. */
  readonly predicted: number;
  readonly observed: number;
}

interface Player {
  readonly skill: number;
  rating: Rating;
}

interface Tally {
  pairs: number;
  predicted: number;
  observed: number;
}

/** Ranges of the better side's chance, from 0.5 to 1. */
const ranges = 5;
/** Out of so many who come, those with the nearest ratings play. */
const choice = 4;
const skill = newRating();

/** @returns one row for each fifth of the chances from 0.5 to 1 that was predicted at all, in order */
export function seasonOf(settings: SeasonSettings): readonly PredictedChance[] {
  const chance = new Chance(settings.seed);
  const players = Array.from({ length: settings.players }, (): Player => {
    return { skill: skill.mu + skill.sigma * bell(chance), rating: newRating() };
  });
  const tallies = Array.from({ length: ranges }, (): Tally => ({ pairs: 0, predicted: 0, observed: 0 }));
  for (let match = 0; match < settings.matches; match++)
    playMatch(sidesOf(players, settings, chance), tallies, chance);
  return tallies
    .filter(({ pairs }) => pairs > 0)
    .map(({ pairs, predicted, observed }) => ({
      ...{ pairs, predicted: predicted / pairs, observed: observed / pairs },
    }));
}

function sidesOf(
  players: readonly Player[],
  { sides, sideSize, matched }: SeasonSettings,
  chance: Chance,
): Player[][] {
  const needed = sides * sideSize;
  const there = new Set<Player>();
  while (there.size < Math.min(players.length, matched ? choice * needed : needed))
    there.add(chance.pick(players));
  const chosen = matched ? nearest([...there], needed, chance) : [...there];
  return Array.from({ length: sides }, (_, side) => chosen.filter((_player, at) => at % sides === side));
}

/** Neighbours by rating, of whom one is anybody. */
function nearest(players: readonly Player[], count: number, chance: Chance): Player[] {
  const sorted = [...players].sort((a, b) => a.rating.mu - b.rating.mu);
  const from = chance.below(sorted.length - count + 1);
  return sorted.slice(from, from + count);
}

function playMatch(sides: readonly (readonly Player[])[], tallies: readonly Tally[], chance: Chance): void {
  const performances = sides.map(
    (side) => side.reduce((sum, player) => sum + player.skill, 0) + beta * bell(chance),
  );
  const strengths = sides.map(strengthOf);
  for (let a = 0; a < sides.length; a++)
    for (let b = a + 1; b < sides.length; b++) {
      const predicted = chanceToBeat(strengths[a]!, strengths[b]!);
      const isFirst = predicted >= 0.5;
      const favourite = isFirst ? predicted : 1 - predicted;
      const tally = tallies[Math.min(ranges - 1, Math.floor((favourite - 0.5) * 2 * ranges))]!;
      tally.pairs += 1;
      tally.predicted += favourite;
      tally.observed += performances[a]! > performances[b]! === isFirst ? 1 : 0;
    }
  const ratings = rated(
    sides.map((side, at) => ({
      rank: 1 + performances.filter((other) => other > performances[at]!).length,
      players: side.map(({ rating }) => rating),
    })),
  );
  for (const [at, side] of sides.entries())
    for (const [place, player] of side.entries()) player.rating = ratings[at]![place]!;
}

function strengthOf(side: readonly Player[]): Strength {
  return {
    mu: side.reduce((sum, { rating }) => sum + rating.mu, 0),
    variance: side.reduce((sum, { rating }) => sum + rating.sigma ** 2, 0),
  };
}
