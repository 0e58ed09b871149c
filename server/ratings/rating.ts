/**
 * The estimate of a player's skill, by the Plackett-Luce model that OpenSkill uses too: a mean (mu) and its uncertainty
 * (sigma). The tests compare it with that package, which would be two fifths of all modules that a server loads. Pure:
 * other code stores ratings, and ensures that a match counts once.
 */
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
/** However surprising a match is, a variance keeps this share of itself. */
const varianceShareMin = 1e-4;

export const newRating = (): Rating => ({ mu: muStart, sigma: sigmaStart });

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
 * The ratings after a match, in the same order. A free-for-all is a match of teams of one. Weng and Lin, "A Bayesian
 * approximation method for online ranking" (2011), algorithm 4: the places are drawn one after the other, each from those
 * that are left, and a team wins a draw in proportion to its weight.
 * @param teams at least two, none empty
 */
export function rated(teams: readonly RankedTeam[]): Rating[][] {
  const sides = teams.map(sideOf);
  const spread = Math.sqrt(sides.reduce((sum, { variance }) => sum + variance + beta * beta, 0));
  const weights = sides.map(({ mu }) => Math.exp(mu / spread));
  /** By team: the weight of all that the draw of its place was among, and the number of teams that share the place. */
  const draws = sides.map(({ rank }) => ({
    rank,
    weight: sides.reduce((sum, other, at) => (other.rank >= rank ? sum + weights[at]! : sum), 0),
    sharedBy: sides.filter((other) => other.rank === rank).length,
  }));
  return sides.map((side, at) => {
    let surprise = 0;
    let information = 0;
    for (const [of, draw] of draws.entries()) {
      if (draw.rank > side.rank) continue;
      const chance = weights[at]! / draw.weight;
      surprise += ((of === at ? 1 : 0) - chance) / draw.sharedBy;
      information += (chance * (1 - chance)) / draw.sharedBy;
    }
    const shrinking = Math.sqrt(side.variance) / spread;
    return moved(side, {
      mean: (side.variance / spread) * surprise,
      variance: (side.variance / spread ** 2) * information * shrinking,
    });
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

/** Each player takes a part of their team's change, as large as their part of its variance. */
function moved({ players, variance }: Side, by: { mean: number; variance: number }): Rating[] {
  return players.map(({ mu, sigma }) => {
    const share = (sigma * sigma) / variance;
    return {
      mu: mu + share * by.mean,
      sigma: sigma * Math.sqrt(Math.max(1 - share * by.variance, varianceShareMin)),
    };
  });
}

/** The sort key of a leaderboard: the skill that a player almost certainly has, mu minus three sigma. */
export function leaderboardScore({ mu, sigma }: Rating): number {
  return mu - 3 * sigma;
}
