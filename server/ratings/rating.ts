/**
 * The estimate of a player's skill: a normal distribution, by its mean (mu) and its uncertainty (sigma). A side performs
 * as well as the skills of its players add up to, give or take `beta`, and the better performance is placed better. So
 * what the ratings predict of a match, and how a match changes them, follow from one model
 * (docs/decisions/ratings-that-predict.md). Pure: other code stores ratings, and ensures that a match counts once.
 */
import { type Belief, blurred, saidByOrder, together } from "./order.ts";

export interface Rating {
  readonly mu: number;
  /** Above 0; falls as matches are played. */
  readonly sigma: number;
}

/** The rating of a new player. */
const muStart = 25;
const sigmaStart = muStart / 3;
/** The randomness of one performance of a side, in units of mu. */
export const beta = muStart / 6;
/** Added to every sigma before a match counts, so that old ratings keep changing. */
const tau = muStart / 300;
/** However surprising a match is, a variance keeps this share of itself. */
const varianceShareMin = 1e-4;

export const newRating = (): Rating => ({ mu: muStart, sigma: sigmaStart });

/** Nobody knows how good a bot is today, so that a match with it says less than one with any player. */
export const botRating = (): Rating => ({ mu: muStart, sigma: 3 * sigmaStart });

export interface RankedTeam {
  /** 1 is first; teams of equal rank drew. */
  readonly rank: number;
  readonly players: readonly Rating[];
}

/** A team as the model sees it: the sums of its players. */
interface Side {
  readonly rank: number;
  readonly players: readonly Rating[];
  readonly mu: number;
  readonly variance: number;
}

/**
 * The ratings after a match, in the same order. A free-for-all is a match of teams of one. Teams that share a place have
 * performed equally, in whatever order they are given. Nobody's leaderboard score falls by a win.
 * @param teams at least two, none empty
 */
export function rated(teams: readonly RankedTeam[]): Rating[][] {
  const sides = teams.map(sideOf);
  const ranks = [...new Set(sides.map(({ rank }) => rank))].sort((a, b) => a - b);
  const places = ranks.map((rank) => sides.filter((side) => side.rank === rank));
  const said = saidByOrder(places.map((sharing) => together(...sharing.map(performanceOf))));
  return sides.map((side, team) => {
    const at = ranks.indexOf(side.rank);
    const equals = places[at]!.filter((each) => each !== side);
    const performed = together(said[at]!, ...equals.map(performanceOf));
    const after = moved(side, blurred(performed, beta * beta));
    const won = at === 0 && equals.length === 0;
    return won ? after.map((rating, player) => noLower(rating, teams[team]!.players[player]!)) : after;
  });
}

function sideOf({ rank, players }: RankedTeam): Side {
  const now = players.map(({ mu, sigma }) => ({ mu, sigma: Math.sqrt(sigma * sigma + tau * tau) }));
  return {
    ...{ rank, players: now },
    mu: now.reduce((sum, { mu }) => sum + mu, 0),
    variance: now.reduce((sum, { sigma }) => sum + sigma * sigma, 0),
  };
}

/** What its rating says of how the side performs. */
function performanceOf({ mu, variance }: Side): Belief {
  const precision = 1 / (variance + beta * beta);
  return { precision, pull: precision * mu };
}

/** Each player takes a part of their team's change, as large as their part of its variance. */
function moved({ players, mu, variance }: Side, said: Belief): Rating[] {
  const after = together({ precision: 1 / variance, pull: mu / variance }, said);
  const change = { mu: after.pull / after.precision - mu, certainty: 1 - 1 / (after.precision * variance) };
  return players.map(({ mu, sigma }) => {
    const share = (sigma * sigma) / variance;
    return {
      mu: mu + share * change.mu,
      sigma: sigma * Math.sqrt(Math.max(1 - share * change.certainty, varianceShareMin)),
    };
  });
}

/** A win that was certain teaches less than `tau` forgets, and the winner would see their score fall. */
function noLower({ mu, sigma }: Rating, before: Rating): Rating {
  return { mu, sigma: Math.min(sigma, before.sigma + (mu - before.mu) / 3) };
}

/** The sort key of a leaderboard: the skill that a player almost certainly has, mu minus three sigma. */
export function leaderboardScore({ mu, sigma }: Rating): number {
  return mu - 3 * sigma;
}
