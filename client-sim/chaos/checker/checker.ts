/**
 * Compares what the players saw and did with the replay of the journal. Pure: evidence in, verdict out. It knows
 * nothing of how a server works; it only asks whether what was shown is what was kept.
 */
import type { Journal, JournalCommand } from "../history/journal.ts";
import type { MatchVisit, SentCommand } from "../history/match-history.ts";
import { type CountLoss, lossCount, lossesOfAll } from "./loss-count.ts";
import { agrees, type PlacedConnection, type PlacedVisit, placed } from "./placing.ts";

export interface Losses {
  /** Matches that were played but are not in the store, or cannot be replayed. */
  matchesLost: number;
  /** Seats that were taken from the player who held them, though the match went on. */
  seatsLost: number;
  /** Ticks that a player saw and that a crash took back. */
  seenThenLost: number;
  /** Ticks that an owner showed although, by the journal, a later owner made them. */
  ticksOfTwo: number;
  /** Ticks that a player saw differently than the journal replays them, without a crash that explains it. */
  divergentTicks: number;
  /** States of a client after a return that differ from what a new client would have been shown. */
  staleReturns: number;
  /** Commands that were accepted but are not in the journal. */
  commandsLost: number;
  /** Commands that are in the journal more often than they were sent. */
  commandsTwice: number;
}

export interface ChaosVerdict extends Losses {
  /** States that were compared. */
  readonly seen: number;
  /** Those of them that were the first after a return, compared as a whole. */
  readonly returns: number;
  /** The first losses, in words. */
  readonly findings: readonly string[];
}

export const nothingLost: Losses = {
  matchesLost: 0,
  seatsLost: 0,
  seenThenLost: 0,
  ticksOfTwo: 0,
  divergentTicks: 0,
  staleReturns: 0,
  commandsLost: 0,
  commandsTwice: 0,
};

/** Number of losses of all kinds. */
export function lossesIn(losses: Losses): number {
  return lossesOfAll(nothingLost, losses);
}

/** @param journals by match id; a match that is not among them is lost */
export function check(visits: readonly MatchVisit[], journals: ReadonlyMap<string, Journal>): ChaosVerdict {
  const { losses, findings, count } = lossCount<keyof Losses>(nothingLost);
  let seen = 0;
  for (const { player, matchId, returns } of visits) {
    const stale = returns.filter(({ held, fresh }) => held !== fresh).length;
    count("staleReturns", stale, `${player} in match ${matchId} held something that is not there any more`);
  }
  for (const [matchId, visitsOfMatch] of Map.groupBy(visits, (visit) => visit.matchId)) {
    const journal = journals.get(matchId);
    if (journal === undefined) {
      count("matchesLost", 1, `match ${matchId} cannot be replayed from the store`);
      continue;
    }
    for (const problem of journal.problems) count("divergentTicks", 1, `match ${matchId}: ${problem}`);
    const ofMatch = visitsOfMatch.map((visit) => placed(visit, journal));
    seen += checkStates(ofMatch, journal, count);
    checkOwners(ofMatch, journal, count);
    for (const visit of ofMatch) {
      const fault = seatFault(visit, journal);
      if (fault) count("seatsLost", 1, `${visit.player} in match ${matchId} ${fault}`);
    }
    checkCommands(ofMatch, journal, count);
  }
  const returns = visits.reduce((sum, visit) => sum + visit.returns.length, 0);
  return { ...losses, seen, returns, findings };
}

type Count = CountLoss<keyof Losses>;

/** A tick is counted once, however many players saw it. @returns the number of states compared */
function checkStates(visits: readonly PlacedVisit[], journal: Journal, count: Count): number {
  const taken = new Set<number>();
  const divergent = new Set<number>();
  let seen = 0;
  for (const connection of visits.flatMap((visit) => visit.connections)) {
    seen += connection.states.length;
    const faults = faultsOf(connection, journal);
    for (const tick of faults.taken) taken.add(tick);
    for (const tick of faults.divergent) divergent.add(tick);
  }
  const { matchId } = journal;
  count("seenThenLost", taken.size, `match ${matchId}, ticks ${someOf(taken)}`);
  count("divergentTicks", divergent.size, `match ${matchId}, ticks ${someOf(divergent)}`);
  return seen;
}

/**
 * A crash takes back the end of what was seen. So states that the journal contradicts at the end of a connection
 * before a kill were lost, and so is everything beyond the journal's end. A contradiction anywhere else means that
 * the match was replayed, or decoded, differently than it was played.
 */
function faultsOf(connection: PlacedConnection, journal: Journal): Record<"taken" | "divergent", number[]> {
  const { states, beforeKill } = connection;
  const agreeing = states.map((_, index) => agrees(connection, index, journal));
  const endOfAgreement = beforeKill ? agreeing.lastIndexOf(true) : agreeing.length;
  const taken: number[] = [];
  const divergent: number[] = [];
  for (const [index, [tick]] of states.entries()) {
    if (agreeing[index]) continue;
    (index > endOfAgreement || tick > journal.lastTick ? taken : divergent).push(tick);
  }
  return { taken, divergent };
}

/**
 * One owner at a time: in the journal epochs only grow, and no owner showed a tick that, by the journal, a later
 * owner made. An equal hash does not excuse it.
 */
function checkOwners(visits: readonly PlacedVisit[], { matchId, ticks }: Journal, count: Count): void {
  const ofTwo = new Set<number>();
  let newest = 0;
  for (const [tick, { epoch }] of ticks) {
    if (epoch < newest) ofTwo.add(tick);
    newest = Math.max(newest, epoch);
  }
  for (const { states, epoch } of visits.flatMap((visit) => visit.connections)) {
    if (epoch === undefined) continue;
    for (const [tick] of states) if ((ticks.get(tick)?.epoch ?? 0) > epoch) ofTwo.add(tick);
  }
  count("ticksOfTwo", ofTwo.size, `match ${matchId}, ticks ${someOf(ofTwo)}`);
}

/** What is wrong with the seat of this visit, if anything. */
function seatFault(visit: PlacedVisit, journal: Journal): string | undefined {
  const { end, endText, firstTick, sessionId } = visit;
  if (visit.seatChanged) return "was given another seat";
  const matchEnded = journal.over || visit.sawEnd;
  if ((end === "away" || end === "refused") && !matchEnded) return `did not come back: ${end}, ${endText}`;
  for (const [tick] of visit.connections.flatMap((connection) => connection.states)) {
    const kept = journal.ticks.get(tick);
    if (tick >= firstTick && kept !== undefined && !kept.seats.has(sessionId)) {
      return `has no seat at tick ${tick} in the journal`;
    }
  }
  return undefined;
}

/** Compares what was sent with the journal, by content, so that a repetition under a new id is found as well. */
function checkCommands(visits: readonly PlacedVisit[], journal: Journal, count: Count): void {
  const sent = Map.groupBy(
    visits.flatMap((visit) => visit.commands.map((command) => ({ command, sessionId: visit.sessionId }))),
    ({ command, sessionId }) => keyOf(command, sessionId),
  );
  const kept = Map.groupBy(journal.commands, (command) => keyOf(command, command.sessionId));
  for (const key of new Set([...sent.keys(), ...kept.keys()])) {
    const ours = sent.get(key) ?? [];
    const theirs = kept.get(key) ?? [];
    const saidYes = ours.filter(({ command }) => wasApplied(command)).length;
    const keptYes = theirs.filter((command) => command.answer.ok).length;
    count("commandsLost", Math.max(0, saidYes - keptYes), `match ${journal.matchId}: ${key}`);
    const twice = Math.max(theirs.length - ours.length, repeatedIds(theirs), 0);
    count("commandsTwice", twice, `match ${journal.matchId}: ${key}`);
  }
}

/** The key of a command; all chat lines of chaos differ. */
function keyOf({ name, payload }: { name: string; payload: unknown }, sessionId: string): string {
  return name === "chat"
    ? `chat ${JSON.stringify(payload)}`
    : `${sessionId} ${name} ${JSON.stringify(payload)}`;
}

/** "command/answer-forgotten" means that it was applied earlier and the answer is no longer kept. */
function wasApplied({ answer }: SentCommand): boolean {
  return answer !== undefined && (answer.ok || answer.reason === "command/answer-forgotten");
}

function repeatedIds(commands: readonly JournalCommand[]): number {
  return commands.length - new Set(commands.map(({ sessionId, id }) => `${sessionId} ${id}`)).size;
}

function someOf(ticks: ReadonlySet<number>): string {
  const sorted = [...ticks].sort((a, b) => a - b);
  return sorted.length > 8 ? `${sorted.slice(0, 8).join(", ")} … ${sorted.at(-1)}` : sorted.join(", ");
}
