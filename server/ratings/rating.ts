/**
 * What is believed about a player's skill, by OpenSkill's Plackett-Luce model: a mean (mu) and how unsure it
 * is (sigma). Pure: who keeps ratings, and that a match counts once, is decided elsewhere.
 */
import { ordinal, predictWin, rate } from "openskill";

export interface Rating {
  readonly mu: number;
  /** Above 0; falls as matches are played. */
  readonly sigma: number;
}

/** The rating of a player that nothing is known of yet. */
const muStart = 25;
const sigmaStart = muStart / 3;
/** How much chance there is in one performance, in units of mu. */
export const beta = muStart / 6;
/** Added to every sigma before a match counts, so that old ratings keep moving. */
const tau = muStart / 300;

const model = { mu: muStart, sigma: sigmaStart, beta, tau };

export const newRating = (): Rating => ({ mu: muStart, sigma: sigmaStart });

export interface RankedTeam {
  /** 1 is first; teams of equal rank drew. */
  readonly rank: number;
  readonly players: readonly Rating[];
}

/**
 * The ratings after a match, in the order they came in. A free-for-all is a match of teams of one.
 * @param teams at least two, none empty
 */
export function rated(teams: readonly RankedTeam[]): Rating[][] {
  const players = teams.map((team) => team.players.map(({ mu, sigma }) => ({ mu, sigma })));
  return rate(players, { ...model, rank: teams.map((team) => team.rank) });
}

/** How likely the first team beats the second, 0..1. */
export function winProbability(team: readonly Rating[], other: readonly Rating[]): number {
  return winShares([team, other])[0]!;
}

/** For each team the share of the pairings that it is expected to win; they add up to 1. */
export function winShares(teams: readonly (readonly Rating[])[]): number[] {
  return predictWin(
    teams.map((team) => [...team]),
    model,
  );
}

/** What a leaderboard sorts by: the skill that a player has with near certainty, mu less three sigma. */
export function leaderboardScore(rating: Rating): number {
  return ordinal(rating);
}
