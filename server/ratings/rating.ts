/**
 * The estimate of a player's skill, by OpenSkill's Plackett-Luce model: a mean (mu) and its uncertainty (sigma).
 * Pure: other code stores ratings, and ensures that a match counts once.
 */
import { ordinal, rate } from "openskill";

export interface Rating {
  readonly mu: number;
  /** Above 0; falls as matches are played. */
  readonly sigma: number;
}

/** The rating of a new player. */
const muStart = 25;
const sigmaStart = muStart / 3;
/** The randomness of one performance, in units of mu. */
export const beta = muStart / 6;
/** Added to every sigma before a match counts, so that old ratings keep changing. */
const tau = muStart / 300;

const model = { mu: muStart, sigma: sigmaStart, beta, tau };

export const newRating = (): Rating => ({ mu: muStart, sigma: sigmaStart });

export interface RankedTeam {
  /** 1 is first; teams of equal rank drew. */
  readonly rank: number;
  readonly players: readonly Rating[];
}

/**
 * The ratings after a match, in the same order. A free-for-all is a match of teams of one.
 * @param teams at least two, none empty
 */
export function rated(teams: readonly RankedTeam[]): Rating[][] {
  const players = teams.map((team) => team.players.map(({ mu, sigma }) => ({ mu, sigma })));
  return rate(players, { ...model, rank: teams.map((team) => team.rank) });
}

/** The sort key of a leaderboard: the skill that a player almost certainly has, mu minus three sigma. */
export function leaderboardScore(rating: Rating): number {
  return ordinal(rating);
}
