/** A measured number with its goal, and how numbers are shown. */
import { median } from "./sample.ts";

export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  /** Median of the measurements. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Number of measurements. */
  readonly of: number;
  readonly goal?: Goal;
  readonly met?: boolean;
}

export function result(name: string, unit: string, measured: readonly number[], goal?: Goal): BenchResult {
  const value = rounded(median(measured));
  const range = { min: rounded(Math.min(...measured)), max: rounded(Math.max(...measured)) };
  const base = { name, unit, value, ...range, of: measured.length };
  return goal === undefined ? base : { ...base, goal, met: isMet(value, goal) };
}

/** A value that was not measured (NaN) meets no goal. */
function isMet(value: number, goal: Goal): boolean {
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The results as a Markdown table for docs/benchmarks.md. */
export function resultTable(results: readonly BenchResult[]): string {
  const rows = results.map(({ name, unit, value, min, max, of, goal, met }) => [
    name,
    `${value} ${unit}`,
    of > 1 ? `${min} – ${max}` : "",
    goal === undefined ? "" : "atMost" in goal ? `≤ ${goal.atMost} ${unit}` : `≥ ${goal.atLeast} ${unit}`,
    met === undefined ? "" : met ? "yes" : "NO",
  ]);
  const all = [["what", "median", "range", "goal", "met"], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(all[0]!), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
