/** All measurements of the durability benchmark, one after the other, and their results. */
import { type BenchGame, goalIn } from "./bench-game.ts";
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
const replaysMax = 7;

export async function measureDurability(
  extent: (typeof extents)[keyof typeof extents],
  played: BenchGame,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  const { rounds, costMatches, warmSeconds, measureSeconds, loadSeconds } = extent;
  const cost = await measureCost(durabilityVariants, {
    ...{ rounds, played, matches: costMatches, warmSeconds, measureSeconds, progress },
  });
  const { load, replays } = await withTemporaryDirectory(async (data) => {
    progress(`load: ${loadMatches} matches of ${played.seats}`);
    const load = await measureLoad({
      ...{ data, flags: [], played, matches: loadMatches, warmSeconds, measureSeconds: loadSeconds },
    });
    return { load, replays: await replayResults(data, played, progress) };
  });
  const gaps = await measureGaps(extent.kills, played, progress);
  return [
    ...costResults(cost, played),
    ...loadResults(load, played),
    ...replays,
    ...gapResults(gaps, played),
  ];
}

/** A game by events has no real time that a replay could be faster than. */
async function replayResults(
  data: string,
  played: BenchGame,
  progress: (text: string) => void,
): Promise<BenchResult[]> {
  if (played.game.rate === "events") return [];
  progress("replay: the matches of that load");
  const speeds = await measureReplays(data, played.flags, replaysMax);
  return [result("replay speed, verified", "× real time", speeds, goalIn(played, { atLeast: 100 }))];
}

function loadResults(load: Load, played: BenchGame): BenchResult[] {
  const where = `${loadMatches} matches of ${played.seats}`;
  const atMost = (limit: number) => goalIn(played, { atMost: limit });
  // A game by events has no times at which a tick is due.
  const lateness =
    played.game.rate === "events"
      ? []
      : [
          result(`tick lateness p50, ${where}`, "ms", [load.latenessMsP50]),
          result(`tick lateness p99, ${where}`, "ms", [load.latenessMsP99], atMost(2)),
        ];
  return [
    ...lateness,
    result(`gate delay p50, ${where}`, "ms", [load.gateMsP50], atMost(3)),
    result(`gate delay p99, ${where}`, "ms", [load.gateMsP99], atMost(8)),
    result(`snapshot stall p99, ${where}`, "ms", [load.snapshotMsP99], atMost(3.3)),
    result(`CPU per ${played.counted}, ${where}`, "µs", [load.cpuUsEach]),
    result(`server CPU, ${where}`, "% of a core", [load.cpuShare * 100]),
    result(`other programs, ${where}`, "cores", [load.othersShare]),
  ];
}
