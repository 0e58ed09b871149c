/**
 * `npm run sim -- matchmaking`: a simulated day of players through our queue and through two others, as a table,
 * as JSON, and as a drawing. A missed goal is a finding, not a failure: exit code 0.
 */
import { writeFileSync } from "node:fs";
import { exitCodeBadFlag, readFlags } from "../../../client-sim/flags.ts";
import { chartOf } from "./chart.ts";
import { type Comparison, compare, type EqualWait, formats } from "./compare.ts";

export function runMatchmaking(argv: readonly string[]): void {
  const { svgPath, rest } = svgPathIn(argv);
  const flags = readFlags(
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
      json: { type: "boolean", help: "one JSON object as the last line, instead of the table" },
    },
    rest,
  );
  if (!flags.ok) {
    (flags.help ? process.stdout : process.stderr).write(
      `sim matchmaking: ${flags.message}\n  --svg <path>  where to draw the curves\n`,
    );
    process.exitCode = flags.help ? 0 : exitCodeBadFlag;
    return;
  }
  const { seed, hours, tickets, json } = flags.values;
  const settings = { seed, hours, ticketsPerDay: tickets };
  const progress = (text: string) => void process.stderr.write(`sim: ${text}\n`);
  const comparisons = formats.map((format) => compare(format, settings, progress));
  if (svgPath) writeFileSync(svgPath, chartOf(comparisons));
  console.log(json ? JSON.stringify({ sim: "matchmaking", ...settings, comparisons }) : tableOf(comparisons));
}

/** The one flag that is a text: the reader of flags knows numbers, addresses and switches. */
function svgPathIn(argv: readonly string[]): { svgPath: string | undefined; rest: readonly string[] } {
  const flag = argv.indexOf("--svg");
  if (flag < 0) return { svgPath: undefined, rest: argv };
  return { svgPath: argv[flag + 1], rest: argv.toSpliced(flag, 2) };
}

function tableOf(comparisons: readonly Comparison[]): string {
  return comparisons.flatMap(linesOf).join("\n");
}

function linesOf({ format, curves, atDefaults, tuned }: Comparison): string[] {
  const rows = curves.flatMap(({ name, points }) =>
    points.map(({ setting, result }) => {
      const { waitSeconds: wait, latencyMs } = result;
      const cells = [
        name,
        setting,
        ...[wait.p50, wait.p95, wait.p99].map(whole),
        ...[result.unfairness, result.unfairnessP95, result.trueUnfairness].map(thousandths),
        ...[latencyMs.p95, result.latencySpreadMs].map(whole),
        result.partiesSplit,
        result.stillWaiting,
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  );
  return [
    `## ${format}`,
    "",
    "| rule | setting | wait p50 s | p95 | p99 | unfairness | p95 | by true skill | latency p95 ms | spread ms | parties split | still waiting |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    "At the waiting of the others' defaults:",
    "",
    ...equalTable(atDefaults),
    "",
    "At our waiting, against the best of the others at any cycle:",
    "",
    ...equalTable(tuned),
    "",
  ];
}

function equalTable(rows: readonly EqualWait[]): string[] {
  return [
    "| other | wait p95 s | ours | theirs | ratio |",
    "|---|---|---|---|---|",
    ...rows.map(({ other, p95Seconds, ours, theirs }) => {
      const cells = [other, whole(p95Seconds), ...[ours, theirs, ours / theirs].map(thousandths)];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

const whole = (value: number) => value.toFixed(0);
const thousandths = (value: number) => value.toFixed(3);
