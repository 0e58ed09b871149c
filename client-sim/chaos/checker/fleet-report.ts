/** The report of fleet chaos: the same as without a fleet, and for each kind of fault what was checked. Pure. */
import { type Spread, spreadOf } from "../../percentiles.ts";
import type { Journal } from "../history/journal.ts";
import type { FaultKind } from "../nemesis/fault.ts";
import type { FaultOutcome } from "../nemesis/fleet-faults.ts";
import { type ChaosReport, reportOf } from "../run.ts";
import type { ChaosPlayer } from "../workload/players.ts";
import { type ChaosVerdict, lossesIn } from "./checker.ts";

interface FleetChecks {
  /** Running matches that were hit, and those of them without an owner afterwards. */
  readonly matches: number;
  readonly ownerless: number;
  /** Players in these matches. */
  readonly players: number;
  /** Sockets to a node that had lost its matches, the messages over them, and those that the node kept open. */
  readonly detectors: number;
  readonly staleMessages: number;
  readonly socketsKept: number;
  /** API calls while a matchmaker died, and those without an answer. */
  readonly asked: number;
  readonly unanswered: number;
}

interface FaultReport {
  readonly count: number;
  readonly gapsMs: Spread & { readonly of: number };
  readonly checked: FleetChecks;
}

export interface FleetReport extends ChaosReport {
  readonly faults: number;
  readonly rooms: number;
  readonly matchmakers: number;
  readonly staleMessages: number;
  readonly socketsKept: number;
  readonly unanswered: number;
  readonly byFault: Readonly<Partial<Record<FaultKind, FaultReport>>>;
}

export interface FleetEvidence {
  readonly rooms: number;
  readonly matchmakers: number;
  readonly seed: number;
  readonly players: readonly ChaosPlayer[];
  readonly outcomes: readonly FaultOutcome[];
  readonly verdict: ChaosVerdict;
  readonly journals: ReadonlyMap<string, Journal>;
}

export interface FleetJudgement {
  readonly report: FleetReport;
  readonly findings: readonly string[];
  /** Losses of all kinds. */
  readonly lost: number;
}

export function fleetReport(evidence: FleetEvidence): FleetJudgement {
  const { rooms, matchmakers, seed, players, journals, verdict } = evidence;
  // A match that ended meanwhile needs no owner.
  const outcomes = evidence.outcomes.map((outcome) => ({
    ...outcome,
    ownerless: outcome.ownerless.filter((id) => journals.get(id)?.over !== true),
  }));
  const sum = (key: "staleMessages" | "socketsKept" | "unanswered") =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const lostMatches = new Set(outcomes.flatMap(({ ownerless }) => ownerless));
  const matchesLost = verdict.matchesLost + lostMatches.size;
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))];
  const kills = outcomes.filter(({ kind }) => kind === "kill").length;
  const report: FleetReport = {
    ...reportOf({ kills, seed }, players, { ...verdict, matchesLost }),
    ...{ faults: outcomes.length, rooms, matchmakers },
    ...{
      staleMessages: sum("staleMessages"),
      socketsKept: sum("socketsKept"),
      unanswered: sum("unanswered"),
    },
    byFault: Object.fromEntries(kinds.map((kind) => [kind, faultReport(kind, outcomes, players)])),
  };
  const { staleMessages, socketsKept, unanswered } = report;
  return {
    report,
    findings: [...verdict.findings, ...outcomes.flatMap(findingsOf)],
    lost: lossesIn(report) + staleMessages + socketsKept + unanswered,
  };
}

function faultReport(
  kind: FaultKind,
  outcomes: readonly FaultOutcome[],
  players: readonly ChaosPlayer[],
): FaultReport {
  const those = outcomes.filter((outcome) => outcome.kind === kind);
  const sum = (of: (outcome: FaultOutcome) => number) => those.reduce((total, one) => total + of(one), 0);
  const gaps = players.flatMap(({ recorder }) => recorder.gaps.filter((gap) => gap.kind === kind));
  return {
    count: those.length,
    gapsMs: { ...spreadOf(gaps.map(({ ms }) => ms)), of: gaps.length },
    checked: {
      matches: sum(({ matches }) => matches.length),
      ownerless: sum(({ ownerless }) => ownerless.length),
      players: sum((outcome) => outcome.players),
      detectors: sum(({ detectors }) => detectors),
      staleMessages: sum(({ staleMessages }) => staleMessages),
      socketsKept: sum(({ socketsKept }) => socketsKept),
      asked: sum(({ asked }) => asked),
      unanswered: sum(({ unanswered }) => unanswered),
    },
  };
}

function findingsOf({ kind, ownerless, staleMessages, socketsKept, unanswered }: FaultOutcome): string[] {
  return [
    ...ownerless.map((id) => `matchesLost: match ${id} had no owner after a fault (${kind})`),
    ...(staleMessages > 0
      ? [`staleMessages: ${staleMessages} from a node that had lost its matches (${kind})`]
      : []),
    ...(socketsKept > 0 ? [`socketsKept: ${socketsKept} by a node that had lost its matches (${kind})`] : []),
    ...(unanswered > 0 ? [`unanswered: ${unanswered} calls of the API (${kind})`] : []),
  ];
}
