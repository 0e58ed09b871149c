/** How fast recorded matches replay, verified, by the replay tool in a process of its own. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { programPath } from "../../shared/command-line/program-path.ts";

const entry = programPath(import.meta.url, "../../tools/replay.ts");
const outputBytesMax = 16 << 20;
const run = promisify(execFile);

/** @param games the flag that names them @returns times real time, per match; @throws when one does not verify */
export async function measureReplays(
  data: string,
  games: readonly string[],
  matchesMax: number,
): Promise<number[]> {
  const list = (await replay("--list", "--data", data)).trimEnd().split("\n");
  const speeds: number[] = [];
  for (const line of list.slice(0, matchesMax)) {
    const { match } = JSON.parse(line) as { match: string };
    const report = JSON.parse(await replay(match, "--data", data, ...games, "--verify", "--json")) as {
      replay: { timesRealTime: number };
    };
    speeds.push(report.replay.timesRealTime);
  }
  return speeds;
}

async function replay(...args: string[]): Promise<string> {
  return (await run(process.execPath, [entry, ...args], { maxBuffer: outputBytesMax })).stdout;
}
