/**
 * `npm run bench -- peers`: the same rules under the same load on plain Colyseus, on bare `ws`, on sockets framed by hand,
 * and on Holdfast at each level of durability, in turns. The unit is the server's processor time per patch that reached
 * a client; what counts are ratios within one round, since a machine's speed varies. A round in which something else
 * used the machine is measured again, and when the machine does not become quiet, nothing is printed at all.
 */
import { askedOfSides, type SideName, sideNames, withSide } from "./peers/sides.ts";
import { type BenchResult, type Goal, result } from "./result.ts";
import { type LoadExtent, quietLoad, type SideLoad } from "./side-load.ts";
import type { TimeSpread } from "./spread.ts";

/** A load: matches, and clients in each. */
type Size = readonly [matches: number, seats: number];

interface PeersExtent extends LoadExtent {
  readonly sizes: readonly Size[];
  readonly rounds: number;
}

export const peersExtents = {
  quick: { sizes: [[30, 8]], rounds: 2, warmSeconds: 2, measureSeconds: 5 },
  full: {
    sizes: [
      [6, 8],
      [30, 8],
      [55, 8],
      [1, 64],
      [1, 200],
    ],
    rounds: 5,
    warmSeconds: 4,
    measureSeconds: 8,
  },
} as const satisfies Record<string, PeersExtent>;

const perPatchGoals: Partial<Record<SideName, Goal>> = {
  colyseus: { atMost: 0.7 },
  "bare-ws": { atMost: 1 },
};

type Round = Readonly<Record<SideName, SideLoad>>;

export async function measurePeers(
  extent: PeersExtent,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const size of extent.sizes) {
    const rounds: Round[] = [];
    const order = [...sideNames];
    for (let round = 1; round <= extent.rounds; round++) {
      const windows: Partial<Record<SideName, SideLoad>> = {};
      for (const side of order) {
        progress(`peers: ${textOf(size)}, round ${round} of ${extent.rounds}, ${side}`);
        windows[side] = await quietLoad((measure) => withSide(side, measure), {
          ...{ asked: askedOfSides, matches: size[0], seats: size[1], extent },
        });
      }
      rounds.push(windows as Round);
      order.reverse();
    }
    results.push(...resultsOf(size, rounds));
  }
  return results;
}

function resultsOf(size: Size, rounds: readonly Round[]): BenchResult[] {
  const [matches, seats] = size;
  const load = textOf(size);
  const of = (side: SideName, value: (window: SideLoad) => number) =>
    rounds.map((round) => value(round[side]));
  const perPatch = (window: SideLoad) => window.cpuUsPerPatch;
  const hasGoal = seats === 8 && matches >= 30;
  const ratios = (["colyseus", "bare-ws", "raw-sockets"] as const).flatMap((peer) =>
    (["machine", "process", "off"] as const).map((ours) => {
      const goal = hasGoal && ours === "machine" ? perPatchGoals[peer] : undefined;
      const measured = rounds.map((round) => perPatch(round[ours]) / perPatch(round[peer]));
      return result(`CPU per patch, ${load}, ${ours} over ${peer}`, "×", measured, goal);
    }),
  );
  const each = sideNames.flatMap((side) => [
    result(`CPU per patch, ${load}, ${side}`, "µs", of(side, perPatch)),
    result(
      `bytes down per client, ${load}, ${side}`,
      "kbit/s",
      of(side, (w) => (w.bytesPerClientSecond * 8) / 1000),
    ),
    result(
      `memory per match, ${load}, ${side}`,
      "MB",
      of(side, (w) => w.memoryPerMatchMb),
    ),
    ...spreads(`tick late, ${load}, ${side}`, (part) => of(side, (w) => w.lateMs[part])),
    ...spreads(`between patches, ${load}, ${side}`, (part) => of(side, (w) => w.times.patchMs[part])),
    ...spreads(`input to patch, ${load}, ${side}`, (part) => of(side, (w) => w.times.inputMs[part])),
  ]);
  const others = rounds.flatMap((round) => sideNames.map((side) => round[side].othersCores));
  return [...ratios, ...each, result(`other programs meanwhile, ${load}`, "cores", others)];
}

function spreads(name: string, of: (part: keyof TimeSpread) => number[]): BenchResult[] {
  const shown = { p50: "p50", p99: "p99", p999: "p99.9", max: "max" } as const;
  return (Object.keys(shown) as (keyof TimeSpread)[]).map((part) =>
    result(`${name}, ${shown[part]}`, "ms", of(part)),
  );
}

function textOf([matches, seats]: Size): string {
  return matches === 1 ? `one match of ${seats}` : `${matches} matches of ${seats}`;
}
