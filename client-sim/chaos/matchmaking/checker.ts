/**
 * Checks what the players saw of their tickets, seats and ratings. Pure; findings.ts says what counts as wrong,
 * places.ts checks seats and matches-rated.ts ratings.
 */

import { Findings, type WrongCounts, wrongs } from "./findings.ts";
import {
  type AssignmentVisit,
  type Evidence,
  hasEnded,
  newest,
  type Sighting,
  type TicketSeen,
} from "./history.ts";
import { findRatings, type PlayerNamed, type RatingsChecked } from "./matches-rated.ts";
import { findSharedSeats, findTwoPlaces } from "./places.ts";

export interface MatchmakingVerdict extends WrongCounts, RatingsChecked {
  readonly findings: readonly string[];
}

export function judge(evidence: Evidence, players: readonly PlayerNamed[]): MatchmakingVerdict {
  const findings = new Findings();
  for (const ticket of evidence.tickets.values()) {
    findLost(ticket, findings);
    findTwice(ticket, findings);
    findSplit(ticket, findings);
  }
  for (const id of evidence.hung) findings.add("ticketsLost", `ticket ${id} waited on long after the kills`);
  for (const [asked, ids] of evidence.keys)
    if (ids.size > 1) findings.add("assignedTwice", `${asked} led to the tickets ${[...ids].join(", ")}`);
  findSharedSeats(evidence, findings);
  findTwoPlaces(evidence, findings);
  const ratings = findRatings(evidence, players, findings);
  for (const visit of evidence.visits.filter(wasShutOut))
    findings.add("refused", `${visit.userId} in match ${visit.matchId}, ${visit.end}: ${visit.said}`);
  for (const text of evidence.refusals) findings.add("refused", text);
  for (const id of evidence.endless) findings.add("refused", `match ${id} did not end`);
  return { ...findings.counts, ...ratings, findings: findings.texts };
}

/** Number of wrongs of all kinds. */
export const wrongsIn = (counts: WrongCounts): number =>
  wrongs.reduce((sum, wrong) => sum + counts[wrong], 0);

/** True for a player who was sent into a running match that had just ended, which is no fault. */
function wasShutOut({ end, said }: AssignmentVisit): boolean {
  return end === "cut-off" || (end === "refused" && said?.includes("match/over") !== true);
}

function findLost(ticket: TicketSeen, findings: Findings): void {
  const how = howLost(ticket);
  if (how !== undefined) findings.add("ticketsLost", `ticket ${ticket.id} ${how}`);
}

function howLost(ticket: TicketSeen): string | undefined {
  const { unknownTo, cancelAsked, expiresAtMs } = ticket;
  const last = newest(ticket);
  if (unknownTo.length > 0) return `is unknown to ${unknownTo[0]}, whose it is`;
  if (!hasEnded(last)) return `still is ${last.state}`;
  if (last.state === "cancelled" && !cancelAsked) return "was taken back by nobody";
  if (last.state === "expired" && last.endedAtMs! < expiresAtMs) return "expired before its time";
  return undefined;
}

function findTwice({ id, sightings }: TicketSeen, findings: Findings): void {
  const twice = (how: string) => findings.add("assignedTwice", `ticket ${id} ${how}`);
  const ends = new Set(sightings.filter(hasEnded).map(endText));
  if (ends.size > 1) twice(`ended in ${ends.size} ways: ${[...ends].join("; ")}`);
  const end = Math.min(...sightings.filter(hasEnded).map(({ version }) => version));
  if (sightings.some((each) => !hasEnded(each) && each.version > end)) twice("went on after its end");
  for (const [userId, theirs] of Map.groupBy(sightings, (sighting) => sighting.userId)) {
    const sessions = new Set(theirs.filter(hasEnded).map(({ seat }) => seat?.sessionId));
    if (sessions.size > 1 && ends.size === 1) twice(`gave ${userId} two seats`);
  }
}

/** The end of a ticket, which must be the same for all its players; seats and sides are checked elsewhere. */
function endText({ state, seat, endedAtMs }: Sighting): string {
  return `${state}${seat ? ` to match ${seat.matchId}` : ""} at ${endedAtMs}`;
}

/** All players of a ticket must be told the same match and side. */
function findSplit({ id, userIds, sightings }: TicketSeen, findings: Findings): void {
  const assigned = sightings.filter(({ state }) => state === "assigned");
  if (assigned.length === 0) return;
  const places = new Set(assigned.map(({ seat }) => `match ${seat!.matchId}, side ${seat!.team}`));
  if (places.size > 1) findings.add("partiesSplit", `ticket ${id}: ${[...places].join("; ")}`);
  const untold = userIds.filter((userId) => assigned.every((sighting) => sighting.userId !== userId));
  if (untold.length > 0)
    findings.add("partiesSplit", `ticket ${id}: ${untold.join(", ")} heard of no assignment`);
}
