/** The report of chaos as text. Pure; what counts as lost is decided elsewhere. */

import type { ChaosReport } from "../run.ts";
import type { FleetReport } from "./fleet-report.ts";

/** @param lost number of losses of all kinds */
export function reportText(report: ChaosReport, lost: number): string {
  return [`${report.kills} kills, ${whoText(report)}`, ...foundLines(report), endText(lost)].join("\n");
}

export function fleetText(report: FleetReport, lost: number): string {
  const { faults, rooms, matchmakers, staleMessages, socketsKept, unanswered } = report;
  const kinds = Object.entries(report.byFault).map(([kind, { count, gapsMs, checked }]) => {
    const { p50, p99, max, of } = gapsMs;
    const detectors = checked.detectors > 0 ? `, ${checked.detectors} sockets that stayed open to it` : "";
    const asked = checked.asked > 0 ? `, ${checked.asked} calls` : "";
    return `${kind} ${count} times: ${checked.matches} matches, ${checked.players} players${detectors}${asked}; gap p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (${of})`;
  });
  return [
    `${faults} faults on ${rooms} rooms and ${matchmakers} matchmakers, ${whoText(report)}`,
    ...kinds,
    ...foundLines(report),
    `from nodes that had lost their matches: ${staleMessages} messages, ${socketsKept} sockets kept; calls unanswered: ${unanswered}`,
    endText(lost),
  ].join("\n");
}

function whoText({ clients, plainSdk, matches, seed }: ChaosReport): string {
  return `${clients} clients (${plainSdk.clients} on the plain SDK), ${matches} matches, seed ${seed}`;
}

function foundLines(report: ChaosReport): string[] {
  const { gapMs, plainSdk } = report;
  return [
    `compared: ${report.seen} states seen, ${report.returns} of them first after a return, ${report.commands} commands sent`,
    `lost: ${report.matchesLost} matches, ${report.seatsLost} seats, ${report.seenThenLost} seen ticks, ${report.commandsLost} commands`,
    `wrong: ${report.divergentTicks} ticks that differ, ${report.staleReturns} states after a return, ${report.ticksOfTwo} ticks of two owners, ${report.commandsTwice} commands twice`,
    `gap: p50 ${gapMs.p50} ms, p99 ${gapMs.p99} ms, max ${gapMs.max} ms; plain SDK: p50 ${plainSdk.gapMs.p50} ms, p99 ${plainSdk.gapMs.p99} ms`,
  ];
}

function endText(lost: number): string {
  return lost === 0 ? "Nothing was lost." : "SOMETHING WAS LOST.";
}
