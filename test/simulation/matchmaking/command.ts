/**
 * `npm run sim -- matchmaking`: a simulated day of players through our queue and through two others, as a table,
 * as JSON, and as a drawing. A missed goal is a finding, not a failure: exit code 0.
 */

import { writeFileSync } from "node:fs";
import { flagsOrExit } from "../../../shared/command-line/flags-or-exit.ts";
import { chartOf } from "./chart.ts";
import { type Comparison, compare, type EqualWait, formats } from "./compare.ts";

export function runMatchmaking(argv: readonly string[]): void {
  const flags = flagsOrExit(
    "sim matchmaking",
    {
      seed: { type: "integer", default: 7, min: 1, max: 0xffff_ffff, help: "of the population" },
      hours: { type: "integer", default: 24, min: 1, max: 168, help: "simulated" },
      tickets: {
        type: "integer",
        default: 20_000,
        min: 100,
        max: 200_000,
        help: "parties and lone players a day",
      },
      json: { type: "boolean", help: "one JSON object as the last line, instead of the tables" },
      svg: { type: "path", default: undefined, help: "where to draw the curves" },
    },
    { argv },
  );
  const { seed, hours, tickets, json, svg } = flags;
  const settings = { seed, hours, ticketsPerDay: tickets };
  const progress = (text: string) => void process.stderr.write(`sim: ${text}\n`);
  const comparisons = formats.map((format) => compare(format, settings, progress));
  if (svg !== undefined) writeFileSync(svg, chartOf(comparisons));
  console.log(json ? JSON.stringify({ sim: "matchmaking", ...settings, comparisons }) : tables(comparisons));
}

function tables(comparisons: readonly Comparison[]): string {
  return comparisons.flatMap(tablesOf).join("\n");
}

function tablesOf({ format, curves, equalWait, equalWaitEvenSides }: Comparison): string[] {
  return [
    `## ${format}`,
    "",
    "Each rule at its default; `--json` has all settings:",
    "",
    ...defaultsTable(curves),
    "",
    "At our waiting, against the better of the others at the cycle that makes them wait as long:",
    "",
    ...equalTable(equalWait),
    "",
    ...(equalWaitEvenSides.length > 0
      ? [
          "The same, their players dealt over the sides as evenly as can be:",
          "",
          ...equalTable(equalWaitEvenSides),
          "",
        ]
      : []),
  ];
}

function defaultsTable(curves: Comparison["curves"]): string[] {
  const rows = curves.map(({ name, kind, points }) => {
    const { result } = points.find(({ setting }) => kind !== "ours" || setting === 1)!;
    const { waitSeconds: wait, latencyMs } = result;
    return [
      name,
      ...[wait.p50, wait.p95, wait.p99].map(whole),
      ...[result.unfairness, result.unfairnessP95, result.trueUnfairness].map(thousandths),
      ...[latencyMs.p95, result.latencySpreadMs].map(whole),
      `${result.partiesSplit}`,
    ];
  });
  const heads = "rule|wait p50 s|p95|p99|unfairness|p95|by true skill|latency p95 ms|spread ms|parties split";
  return markdown(heads.split("|"), rows);
}

function equalTable(rows: readonly EqualWait[]): string[] {
  return markdown(
    ["ours", "patience", "wait p95 s", "unfairness", "the better other", "its unfairness", "ratio", "≤ 0.5"],
    rows.map(({ ours, setting, p95Seconds, unfairness, other, met }) => [
      ours,
      `${setting}`,
      whole(p95Seconds),
      thousandths(unfairness),
      other?.name ?? "none is so quick",
      other ? thousandths(other.unfairness) : "",
      other ? other.ratio.toFixed(2) : "",
      met ? "yes" : "NO",
    ]),
  );
}

function markdown(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}

const whole = (value: number) => value.toFixed(0);
const thousandths = (value: number) => value.toFixed(3);
