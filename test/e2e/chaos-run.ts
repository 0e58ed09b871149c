/** `npm run chaos` as a process of its own, with everything that it leaves behind in a directory of the test's. */
import { spawn } from "node:child_process";
import { expect } from "vitest";

const chaosMsMax = 110_000;

export interface ChaosRun<Report> {
  readonly code: number | null;
  readonly report: Report;
  readonly said: string;
}

/** What nothing lost looks like in a report. */
export const nothingLost = {
  matchesLost: 0,
  seatsLost: 0,
  seenThenLost: 0,
  ticksOfTwo: 0,
  divergentTicks: 0,
  commandsLost: 0,
  commandsTwice: 0,
};

/** @param temporary for its temporary files, and for what it keeps */
export async function chaosRun<Report>(
  temporary: string,
  args: readonly string[],
): Promise<ChaosRun<Report>> {
  const argv = ["client-sim/chaos.ts", "--players", "8", "--json", ...args];
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, argv, {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: chaosMsMax,
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
