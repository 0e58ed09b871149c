/**
 * What bots measured, in a form that can be added up over bots and over processes, and the report that is made of it. It says
 * as well what the bots' own machine could not keep up with: figures of a server are worth little beside that.
 */
import { type Spread, spreadOf } from "../percentiles.ts";
import type { BotTally } from "./tally.ts";

/** Measured times that one process hands on; of more, evenly chosen ones. */
const timesMax = 20_000;

export interface BotReport {
  readonly players: number;
  readonly matches: number;
  readonly patches: number;
  readonly bytes: number;
  readonly inputs: number;
  readonly ackMs: Omit<Spread, "max">;
  readonly disconnects: number;
  readonly reconnects: number;
  readonly gapMs: Spread;
  readonly commands: number;
  readonly commandsAnswered: number;
  readonly errors: number;
  readonly seconds: number;
  readonly processes: number;
  /** Bots that had no connection at the end. */
  readonly notConnected: number;
  /** Inputs that left more than half a period too late, and those that never left because the next ones were due. */
  readonly inputsLate: number;
  readonly inputsSkipped: number;
  /** The longest time in which a process of the bots could not run, in each second of it. */
  readonly ownLagMs: Spread;
  /** Processor time of the bots, in cores. */
  readonly ownCores: number;
}

/** What some bots measured. Whatever is a number can be added up. */
export interface BotFigures {
  readonly counts: Counts;
  readonly matches: readonly string[];
  readonly ackMs: readonly number[];
  readonly gapsMs: readonly number[];
  readonly ownLagsMs: readonly number[];
}

type Counts = Pick<
  BotReport,
  | "players"
  | "patches"
  | "bytes"
  | "inputs"
  | "disconnects"
  | "reconnects"
  | "commands"
  | "commandsAnswered"
  | "errors"
  | "processes"
  | "notConnected"
  | "inputsLate"
  | "inputsSkipped"
> & { readonly cpuSeconds: number };

/** What the process of the bots knows beside its bots. */
export interface OwnFigures
  extends Pick<Counts, "processes" | "notConnected" | "inputsLate" | "inputsSkipped" | "cpuSeconds"> {
  readonly ownLagsMs: readonly number[];
}

export function figuresOf(tallies: readonly BotTally[], { ownLagsMs, ...own }: OwnFigures): BotFigures {
  const numbers = tallies.map((tally) => tally.numbers());
  const sum = <Row>(rows: readonly Row[], of: (row: Row) => number) =>
    rows.reduce((all, row) => all + of(row), 0);
  return {
    counts: {
      ...{ players: tallies.length, ...own },
      patches: sum(numbers, (one) => one.patches),
      bytes: sum(numbers, (one) => one.bytes),
      inputs: sum(numbers, (one) => one.inputs),
      disconnects: sum(numbers, (one) => one.disconnects),
      reconnects: sum(tallies, (tally) => tally.reconnects),
      commands: sum(tallies, (tally) => tally.commands),
      commandsAnswered: sum(tallies, (tally) => tally.commandsAnswered),
      errors: sum(tallies, (tally) => tally.errors),
    },
    matches: [...new Set(tallies.flatMap((tally) => [...tally.matches]))],
    ackMs: thinned(numbers.flatMap((one) => one.ackMs)),
    gapsMs: thinned(numbers.flatMap((one) => one.gapsMs)),
    ownLagsMs: thinned(ownLagsMs),
  };
}

/** The figures of all together. */
export function merged(parts: readonly BotFigures[]): BotFigures {
  const counts = parts.reduce<Record<string, number>>((all, part) => {
    for (const [name, count] of Object.entries(part.counts)) all[name] = (all[name] ?? 0) + count;
    return all;
  }, {});
  return {
    counts: { ...noCounts, ...counts },
    matches: [...new Set(parts.flatMap((part) => part.matches))],
    ackMs: parts.flatMap((part) => part.ackMs),
    gapsMs: parts.flatMap((part) => part.gapsMs),
    ownLagsMs: parts.flatMap((part) => part.ownLagsMs),
  };
}

export function reportOf(
  { counts, matches, ackMs, gapsMs, ownLagsMs }: BotFigures,
  seconds: number,
): BotReport {
  const { cpuSeconds, ...counted } = counts;
  const { p50, p99 } = spreadOf(ackMs);
  return {
    ...counted,
    matches: matches.length,
    ackMs: { p50, p99 },
    gapMs: spreadOf(gapsMs),
    seconds: tenths(seconds),
    ownLagMs: spreadOf(ownLagsMs),
    ownCores: tenths(cpuSeconds / Math.max(seconds, 0.1)),
  };
}

/** In words, and for people. */
export function readableReport(report: BotReport): string {
  return [
    `${counted(report.players, "player", "players")} in ${counted(report.matches, "match", "matches")}, ${report.seconds} s`,
    `${report.patches} patches, ${Math.round(report.bytes / 1024)} KiB in; ${report.inputs} inputs out`,
    `input to acknowledgement: p50 ${report.ackMs.p50} ms, p99 ${report.ackMs.p99} ms`,
    `${report.commandsAnswered} of ${report.commands} commands answered; ${report.errors} errors`,
    `${report.disconnects} disconnects, ${report.reconnects} reconnects; gap p50 ${report.gapMs.p50} ms, p99 ${report.gapMs.p99} ms`,
    ownWords(report),
  ].join("\n");
}

/** An own event loop that stands still for longer than this makes every latency here look worse than it was. */
const ownLagMsMax = 50;

/** What the bots could not keep up with. */
function ownWords(report: BotReport): string {
  const { players, processes, notConnected, inputsLate, inputsSkipped, ownLagMs, ownCores } = report;
  const used = `${ownCores} cores in ${counted(processes, "process", "processes")}`;
  const wrongs = [
    notConnected > 0 && `${notConnected} of ${players} bots were not connected at the end`,
    inputsLate > 0 && `${inputsLate} inputs left late`,
    inputsSkipped > 0 && `${inputsSkipped} inputs never left`,
    ownLagMs.max > ownLagMsMax && `the bots' own process stood still for up to ${ownLagMs.max} ms`,
  ].filter((wrong) => wrong !== false);
  if (wrongs.length === 0) return `the bots kept up, with ${used}`;
  return `the bots did not keep up, with ${used}: ${wrongs.join("; ")}`;
}

const noCounts: Counts = {
  ...{ players: 0, patches: 0, bytes: 0, inputs: 0, disconnects: 0, reconnects: 0, commands: 0 },
  ...{ commandsAnswered: 0, errors: 0, processes: 0, notConnected: 0, inputsLate: 0, inputsSkipped: 0 },
  cpuSeconds: 0,
};

/** Ordered, with both ends kept. */
export function thinned(times: readonly number[]): number[] {
  const sorted = [...Float64Array.from(times).sort()];
  if (sorted.length <= timesMax) return sorted;
  const step = (sorted.length - 1) / (timesMax - 1);
  return Array.from({ length: timesMax }, (_, at) => sorted[Math.round(at * step)]!);
}

const counted = (many: number, one: string, more: string) => `${many} ${many === 1 ? one : more}`;

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
