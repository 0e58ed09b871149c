/**
 * Which players a match counts for, seen from outside and by the server's rule: it counts once for every player who had a
 * seat, if there were two to compare. Players who stayed count with their side, players who left alone. Pure.
 */

import type { Findings } from "./findings.ts";
import type { AssignmentVisit, Evidence } from "./history.ts";

export interface PlayerNamed {
  readonly userId: string;
  readonly name: string;
}

/** How many matches count, as a range; both ends are equal when a player saw the result. */
export interface Counting {
  readonly min: number;
  readonly max: number;
}

export interface RatingsChecked {
  /** Pairs of a player and a match. */
  readonly ratingsChecked: number;
  /** Pairs of a player and a queue whose number is not exactly known. */
  readonly ratingsUnsure: number;
}

export function findRatings(
  { visits, results, leavers, rated }: Evidence,
  players: readonly PlayerNamed[],
  findings: Findings,
): RatingsChecked {
  const userOf = new Map(players.map(({ userId, name }) => [name, userId]));
  const all: { readonly who: string; readonly counting: Counting }[] = [];
  const users = (names: ReadonlySet<string> | undefined) =>
    names && new Set([...names].map((name) => userOf.get(name) ?? name));
  for (const [matchId, its] of Map.groupBy(visits, (visit) => visit.matchId)) {
    const result = users(results.get(matchId));
    for (const userId of result ?? [])
      if (its.every((visit) => visit.userId !== userId))
        findings.add(
          "assignedTwice",
          `${userId} played match ${matchId}, to which no ticket of theirs leads`,
        );
    const { queue } = its[0]!;
    for (const [userId, counting] of countingFor(its, result, users(leavers.get(matchId))))
      all.push({ who: `${queue} ${userId}`, counting });
  }
  for (const [userId, queues] of rated)
    for (const queue of Object.keys(queues))
      all.push({ who: `${queue} ${userId}`, counting: { min: 0, max: 0 } });
  return compare(all, rated, findings);
}

function compare(
  all: readonly { readonly who: string; readonly counting: Counting }[],
  rated: Evidence["rated"],
  findings: Findings,
): RatingsChecked {
  let [ratingsChecked, ratingsUnsure] = [0, 0];
  for (const [who, its] of Map.groupBy(all, (each) => each.who)) {
    const [queue, userId] = who.split(" ") as [string, string];
    const min = its.reduce((sum, { counting }) => sum + counting.min, 0);
    const max = its.reduce((sum, { counting }) => sum + counting.max, 0);
    const matches = rated.get(userId)?.[queue] ?? 0;
    ratingsChecked += matches;
    if (min < max) ratingsUnsure += 1;
    const text = `${userId} played ${min}${max > min ? ` to ${max}` : ""} in ${queue}, and ${matches} count`;
    if (matches > max) findings.add("ratingsTwice", text, matches - max);
    if (matches < min) findings.add("ratingsLost", text, min - matches);
  }
  return { ratingsChecked, ratingsUnsure };
}

/**
 * By user id.
 * @param visits of one match @param result user ids of those who played, as the match says; undefined: nobody saw it
 * @param leavers of those who left before the end, as it says
 */
export function countingFor(
  visits: readonly AssignmentVisit[],
  result: ReadonlySet<string> | undefined,
  leavers?: ReadonlySet<string>,
): ReadonlyMap<string, Counting> {
  const users = [...Map.groupBy(visits, ({ userId }) => userId)].map(([userId, theirs]) => {
    const gotIn = theirs.some(({ inAtMs }) => inAtMs !== undefined);
    const played = gotIn || result?.has(userId) === true;
    // A refused player may have had the seat for a moment; only the result tells.
    const maybe =
      !played && result === undefined && theirs.some(({ end }) => end === "refused" || end === "too-late");
    // A player who came back by another ticket and stayed counts as having stayed.
    const left = gotIn && theirs.every(({ end }) => end === "deserted" || end === "never-came");
    const walkedOut = gotIn && !left && theirs.every(({ end }) => isGone.has(end));
    const mayHaveLeft = left || (walkedOut && leavers?.has(userId) !== false);
    const surelyLeft = left || (walkedOut && leavers?.has(userId) === true);
    return { userId, team: theirs[0]!.team, played, maybe, surelyLeft, mayHaveLeft };
  });
  // Who left counts alone, so that a match is compared at least as often as if they had stayed.
  const [those, others] = [users.filter(({ played }) => played), users.filter(({ maybe }) => maybe)];
  const surely = isCompared(those.map(({ team, surelyLeft: left }) => ({ team, left })));
  const possibly = isCompared([...those, ...others].map(({ team, mayHaveLeft: left }) => ({ team, left })));
  return new Map(
    users.map(({ userId, played, maybe }) => {
      const [min, max] = [played && surely ? 1 : 0, (played || maybe) && possibly ? 1 : 0];
      return [userId, { min, max }];
    }),
  );
}

const isGone: ReadonlySet<AssignmentVisit["end"]> = new Set(["deserted", "walked-out", "never-came"]);

/** A match against nobody changes no rating. */
function isCompared(users: readonly { readonly team: number; readonly left: boolean }[]): boolean {
  const sides = new Set(users.filter(({ left }) => !left).map(({ team }) => team));
  return sides.size + users.filter(({ left }) => left).length >= 2;
}
