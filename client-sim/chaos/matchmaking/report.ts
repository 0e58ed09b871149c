/** The report of a run of chaos on matchmakers, as numbers and as text. Pure. */
import { type Spread, spreadOf } from "../../percentiles.ts";
import type { MatchmakingVerdict } from "./checker.ts";
import type { WrongCounts } from "./findings.ts";
import { type Evidence, newest, type TicketSeen } from "./history.ts";
import { queueOf } from "./queues.ts";
import type { MatchmakingSetup } from "./setup.ts";

export interface MatchmakingReport extends Omit<MatchmakingVerdict, "findings"> {
  readonly kills: number;
  readonly rooms: number;
  readonly matchmakers: number;
  readonly players: number;
  readonly seed: number;
  /** How often the lead of a queue went to another instance. */
  readonly leadsLost: number;
  readonly tickets: number;
  /** Tickets by their end. */
  readonly assigned: number;
  readonly cancelled: number;
  readonly expired: number;
  /** Players who were given a seat, over all tickets. */
  readonly assignments: number;
  /** Tickets of parties that were assigned. */
  readonly parties: number;
  readonly matches: number;
  readonly deserted: number;
  /** Seats that were gone when their player heard of them, more than 10 s after their assignment. */
  readonly tooLate: number;
  /** Requests without an answer; keys whose creation was repeated; those that were answered with the first ticket. */
  readonly requestsBroken: number;
  readonly keysRepeated: number;
  readonly answeredTwice: number;
  /** Times from the creation of a ticket to its assignment. */
  readonly waitedMs: Spread;
  /** Times from a kill to the next assignment, whether or not enough players were waiting. */
  readonly silentMs: Spread;
  /** For matches made during a kill: times from the kill or the last needed ticket, whichever was later. */
  readonly afterKillMs: Spread & { readonly of: number };
  /** With answers that were made up: what of them, and of the run, was noticed. */
  readonly noticed?: WrongCounts;
}

export interface MatchmakingRun {
  readonly kills: number;
  readonly rooms: number;
  readonly matchmakers: number;
  readonly seed: number;
  readonly leads: number;
}

export function reportOf(
  run: MatchmakingRun,
  { evidence, players, wire }: MatchmakingSetup,
  verdict: MatchmakingVerdict,
): MatchmakingReport {
  const { findings: _, ...counts } = verdict;
  const { kills, rooms, matchmakers, seed, leads } = run;
  const tickets = [...evidence.tickets.values()];
  const endedAs = (state: string) => tickets.filter((ticket) => newest(ticket).state === state);
  const assigned = endedAs("assigned");
  const afterKill = waitsAfterKills(assigned, evidence.killsAtMs);
  return {
    ...counts,
    ...{ kills, rooms, matchmakers, players: players.length, seed, leadsLost: leads },
    tickets: tickets.length,
    assigned: assigned.length,
    cancelled: endedAs("cancelled").length,
    expired: endedAs("expired").length,
    assignments: assigned.reduce((sum, { userIds }) => sum + userIds.length, 0),
    parties: assigned.filter(({ isParty }) => isParty).length,
    matches: new Set(evidence.visits.map(({ matchId }) => matchId)).size,
    tooLate: evidence.visits.filter(({ end }) => end === "too-late").length,
    deserted: evidence.visits.filter(({ end }) => end === "deserted" || end === "walked-out").length,
    requestsBroken: wire.broken,
    keysRepeated: wire.keysRepeated,
    answeredTwice: wire.answeredTwice,
    waitedMs: spreadOf(assigned.map((ticket) => endOf(ticket).atMs - ticket.createdAtMs)),
    silentMs: spreadOf(silences(assigned, evidence.killsAtMs)),
    afterKillMs: { ...spreadOf(afterKill), of: afterKill.length },
  };
}

function silences(assigned: readonly TicketSeen[], killsAtMs: Evidence["killsAtMs"]): number[] {
  const atMs = assigned.map((ticket) => endOf(ticket).atMs).sort((a, b) => a - b);
  return killsAtMs.flatMap((killAtMs) => {
    const next = atMs.find((each) => each >= killAtMs);
    return next === undefined ? [] : [next - killAtMs];
  });
}

/** Only for new matches: tickets do not show when a seat becomes free in a running one. */
function waitsAfterKills(
  assigned: readonly TicketSeen[],
  killsAtMs: Evidence["killsAtMs"],
): readonly number[] {
  const matches = [...Map.groupBy(assigned, (ticket) => endOf(ticket).matchId).values()];
  return matches.flatMap((tickets) => {
    const inOrder = tickets.toSorted((a, b) => endOf(a).atMs - endOf(b).atMs);
    const { teams, teamSize } = queueOf(inOrder[0]!.queue);
    const first: TicketSeen[] = [];
    for (const ticket of inOrder)
      if (first.reduce((sum, { userIds }) => sum + userIds.length, 0) < teams * teamSize) first.push(ticket);
    const atMs = endOf(first.at(-1)!).atMs;
    const possibleAtMs = Math.max(...first.map(({ createdAtMs }) => createdAtMs));
    const kill = killsAtMs.findLast((each) => each < atMs);
    // A match that became possible long after the kill is unrelated to it.
    if (kill === undefined || possibleAtMs > kill + killFeltMs) return [];
    return [atMs - Math.max(possibleAtMs, kill)];
  });
}

/** Twice the lease. */
const killFeltMs = 2000;

function endOf(ticket: TicketSeen): { atMs: number; matchId: string | undefined } {
  const { endedAtMs, seat } = newest(ticket);
  return { atMs: endedAtMs!, matchId: seat?.matchId };
}

/** @param lost number of wrongs of all kinds */
export function matchmakingText(report: MatchmakingReport, lost: number): string {
  const { waitedMs, silentMs, afterKillMs } = report;
  return [
    `${report.kills} kills of ${report.matchmakers} matchmakers, ${report.players} players, seed ${report.seed}; the lead changed hands ${report.leadsLost} times`,
    `${report.tickets} tickets: ${report.assigned} assigned (${report.parties} of parties), ${report.cancelled} taken back, ${report.expired} expired; ${report.matches} matches, ${report.deserted} desertions, ${report.tooLate} too late for their seat`,
    `${report.requestsBroken} requests broken; ${report.keysRepeated} keys asked again, ${report.answeredTwice} answered with the first ticket`,
    `tickets lost: ${report.ticketsLost}; assigned twice: ${report.assignedTwice}; parties split: ${report.partiesSplit}; refused: ${report.refused}`,
    `ratings checked: ${report.ratingsChecked} matches of players; counted twice: ${report.ratingsTwice}, lost: ${report.ratingsLost}, unsure: ${report.ratingsUnsure}`,
    `waited: p50 ${waitedMs.p50} ms, p99 ${waitedMs.p99} ms; longest without an assignment after a kill ${silentMs.max} ms`,
    `matches that a kill fell upon: from the kill or the last needed ticket p50 ${afterKillMs.p50} ms, longest ${afterKillMs.max} ms (${afterKillMs.of} matches)`,
    lost === 0 ? "Nothing was lost, nothing was done twice." : "SOMETHING IS WRONG.",
  ].join("\n");
}
