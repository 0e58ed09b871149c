/** What OpenSkill itself predicts of a match, for what the server calculates in a shorter way. */
import { predictWin } from "openskill";
import { beta, type Rating } from "../../server/ratings/rating.ts";

/** For each team, the share of the pairings that it is expected to win. They add up to 1. */
export function winShares(teams: readonly (readonly Rating[])[]): number[] {
  return predictWin(
    teams.map((team) => [...team]),
    { beta },
  );
}
