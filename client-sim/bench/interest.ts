/**
 * What it costs that each of many viewers sees few of many things, beside Colyseus' own way, measured in a process of its
 * own (tools/interest-bench.ts): no server, no sockets.
 */
import { rowsOf } from "./engine-rows.ts";
import type { BenchResult } from "./result.ts";

const pairs = { quick: 5, full: 15 };

export function measureInterest(
  extent: keyof typeof pairs,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  progress(`${pairs[extent]} turns of each way`);
  return rowsOf("interest", ["--pairs", String(pairs[extent])]);
}
