/**
 * What a declared View costs beside one that is written by hand: the arena's, write and encode, over the same match.
 * Both take turns in processes of their own, in an order that is reversed every pair; what counts is the ratio within a
 * pair, of the least that each needed: the rest is what else ran on the machine.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { programPath } from "../../shared/command-line/program-path.ts";
import { type BenchResult, result } from "./result.ts";

const entry = programPath(import.meta.url, "./view-cost-process.ts");
const runMsMax = 240_000;

interface ViewCostExtent {
  readonly players: readonly number[];
  readonly pairs: number;
}

export const viewCostExtents = {
  quick: { players: [16], pairs: 3 },
  full: { players: [8, 16], pairs: 9 },
} as const satisfies Record<string, ViewCostExtent>;

const ratioGoal = { atMost: 1.05 };

export async function measureViewCost(
  { players, pairs }: ViewCostExtent,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const count of players) {
    const declared: number[] = [];
    const byHand: number[] = [];
    const order = [
      ["declared", declared],
      ["by-hand", byHand],
    ] as const;
    for (let pair = 1; pair <= pairs; pair++) {
      progress(`view: ${count} players, pair ${pair} of ${pairs}`);
      for (const [which, costs] of pair % 2 === 0 ? order.toReversed() : order) {
        costs.push(Math.min(...(await costOf(which, count))));
      }
    }
    const ratios = declared.map((cost, pair) => cost / byHand[pair]!);
    results.push(
      result(`View declared over by hand, ${count} players`, "×", ratios, ratioGoal),
      result(`CPU per patch, write and encode, declared, ${count} players`, "µs", declared),
      result(`CPU per patch, write and encode, by hand, ${count} players`, "µs", byHand),
    );
  }
  return results;
}

async function costOf(which: string, players: number): Promise<readonly number[]> {
  const args = [entry, which, String(players)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: runMsMax });
  return (JSON.parse(stdout) as { rounds: readonly number[] }).rounds;
}
