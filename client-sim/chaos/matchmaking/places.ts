/** Checks seats: each has one player, on the side that their ticket says, and a player has one at a time. Pure. */

import type { Findings } from "./findings.ts";
import type { AssignmentVisit, Evidence } from "./history.ts";
import { queueOf } from "./queues.ts";

export function findSharedSeats({ tickets, visits }: Evidence, findings: Findings): void {
  const owners = new Map<string, string>();
  for (const { sightings } of tickets.values())
    for (const { userId, seat } of sightings) {
      if (seat === undefined) continue;
      const owner = owners.get(seat.sessionId) ?? userId;
      owners.set(seat.sessionId, owner);
      if (owner !== userId)
        findings.add("partiesSplit", `${owner} and ${userId} have one seat of match ${seat.matchId}`);
    }
  const seated = visits.filter(({ seat }) => seat !== undefined);
  for (const { userId, team, queue, matchId, seat } of seated)
    if (Math.floor(seat! / queueOf(queue).teamSize) !== team)
      findings.add("partiesSplit", `${userId} is on side ${team} of match ${matchId}, but on seat ${seat}`);
  for (const here of Map.groupBy(seated, ({ matchId, seat }) => `${matchId} ${seat}`).values())
    for (const [one, other] of overlaps(here))
      findings.add("partiesSplit", `${one.userId} and ${other.userId} sat on one seat of ${one.matchId}`);
}

export function findTwoPlaces({ visits }: Evidence, findings: Findings): void {
  const seated = visits.filter(({ inAtMs }) => inAtMs !== undefined);
  for (const theirs of Map.groupBy(seated, ({ userId }) => userId).values())
    for (const [{ userId, matchId }, other] of overlaps(theirs))
      findings.add("assignedTwice", `${userId} is in the matches ${matchId} and ${other.matchId} at once`);
}

/** Successive visits of which the first had not asked to leave when the second was admitted. */
function overlaps(visits: readonly AssignmentVisit[]): [AssignmentVisit, AssignmentVisit][] {
  const inOrder = visits.toSorted((a, b) => a.inAtMs! - b.inAtMs!);
  return inOrder.slice(1).flatMap((next, at): [AssignmentVisit, AssignmentVisit][] => {
    const visit = inOrder[at]!;
    return next.inAtMs! < (visit.leavingAtMs ?? 0) ? [[visit, next]] : [];
  });
}
