/** All measurements of the durability benchmark, one after the other, and their results. */
import { costResults, durabilityVariants, measureCost } from "./cost.ts";
import { gapResults, measureGaps } from "./gap.ts";
import { type Load, measureLoad } from "./load.ts";
import { measureReplays } from "./replay-speed.ts";
import { type BenchResult, result } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";

/** How long to measure, in full and quickly; quick numbers only show that it works. */
export const extents = {
  full: { rounds: 4, costMatches: 24, warmSeconds: 5, measureSeconds: 8, loadSeconds: 20, kills: 8 },
  quick: { rounds: 2, costMatches: 10, warmSeconds: 1.5, measureSeconds: 2.5, loadSeconds: 5, kills: 2 },
} as const;

const loadMatches = 100;
const seats = 8;
const replaysMax = 7;

export async function measureDurability(
  extent: (typeof extents)[keyof typeof extents],
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  const { rounds, costMatches, warmSeconds, measureSeconds } = extent;
  const cost = await measureCost(durabilityVariants, {
    ...{ rounds, matches: costMatches, warmSeconds, measureSeconds, progress },
  });
  const { load, speeds } = await withTemporaryDirectory(async (data) => {
    progress(`load: ${loadMatches} matches of ${seats}`);
    const measureSeconds = extent.loadSeconds;
    const load = await measureLoad({
      data,
      flags: [],
      matches: loadMatches,
      seats,
      warmSeconds,
      measureSeconds,
    });
    progress("replay: the matches of that load");
    return { load, speeds: await measureReplays(data, replaysMax) };
  });
  const gaps = await measureGaps(extent.kills, progress);
  return [
    ...costResults(cost),
    ...loadResults(load),
    result("replay speed, verified", "× real time", speeds, { atLeast: 100 }),
    ...gapResults(gaps),
  ];
}

function loadResults(load: Load): BenchResult[] {
  const where = `${loadMatches} matches of ${seats}`;
  return [
    result(`tick lateness p50, ${where}`, "ms", [load.latenessMsP50]),
    result(`tick lateness p99, ${where}`, "ms", [load.latenessMsP99], { atMost: 2 }),
    result(`gate delay p50, ${where}`, "ms", [load.gateMsP50], { atMost: 3 }),
    result(`gate delay p99, ${where}`, "ms", [load.gateMsP99], { atMost: 8 }),
    result(`snapshot stall p99, ${where}`, "ms", [load.snapshotMsP99], { atMost: 3.3 }),
    result(`CPU per patch, ${where}`, "µs", [load.cpuUsPerPatch]),
    result(`server CPU, ${where}`, "% of a core", [load.cpuShare * 100]),
    result(`other programs, ${where}`, "cores", [load.othersShare]),
  ];
}
