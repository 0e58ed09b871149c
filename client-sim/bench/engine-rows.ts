/**
 * The matchmaking engine alone, measured in a process of its own (tools/engine-bench.ts): no server, no
 * store, no clock. Here its numbers are compared with their goals.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { programPath } from "../../shared/command-line/program-path.ts";
import { type BenchResult, type Goal, result } from "./result.ts";

const programs = {
  engine: programPath(import.meta.url, "../../tools/engine-bench.ts"),
  interest: programPath(import.meta.url, "../../tools/interest-bench.ts"),
};
const runMsMax = 240_000;
const outputBytesMax = 1024 * 1024;

interface MeasuredRow {
  readonly name: string;
  readonly unit: string;
  readonly measured: readonly number[];
  readonly goal?: Goal;
}

/** @param sizes numbers of waiting tickets; empty for all. @throws Error when it does not end in time */
export function engineRows(
  sizes: readonly number[],
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  progress(`the engine alone, ${sizes.length === 0 ? "up to 1,000,000" : sizes.join(" and ")} tickets`);
  return rowsOf("engine", sizes.map(String));
}

/** The rows of a measurement in its own process. @throws Error when it does not end in time */
export async function rowsOf(
  program: keyof typeof programs,
  args: readonly string[],
): Promise<readonly BenchResult[]> {
  const limits = { timeout: runMsMax, maxBuffer: outputBytesMax };
  const { stdout } = await promisify(execFile)(process.execPath, [programs[program], ...args], limits);
  const { rows } = JSON.parse(stdout.trim().split("\n").at(-1)!) as { rows: readonly MeasuredRow[] };
  return rows.map(({ name, unit, measured, goal }) => result(name, unit, measured, goal));
}
