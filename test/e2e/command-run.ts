/** A command of the simulators as a process of its own, and the report that is the last line of what it prints. */
import { spawn } from "node:child_process";
import { expect } from "vitest";

/** Less than a test may take; on a busy machine the start alone takes a minute. */
const runMsMax = 220_000;

export interface CommandRun<Report> {
  readonly code: number | null;
  readonly report: Report;
  readonly said: string;
}

/** @param entry the command's file @param env beside the test's own */
export async function commandRun<Report>(
  entry: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandRun<Report>> {
  const child = spawn(process.execPath, [entry, "--json", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: runMsMax,
  });
  let out = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const lastLine = out.trim().split("\n").at(-1) ?? "";
  expect(lastLine, said).toMatch(/^\{.*\}$/);
  return { code, report: JSON.parse(lastLine), said };
}
