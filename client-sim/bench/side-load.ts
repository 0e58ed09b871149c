/**
 * One measurement of one of the servers that a benchmark compares: light clients join, and the server's processor time per
 * patch that reached one of them is taken. A measurement during which something else used the machine is made again, and
 * when the machine does not become quiet, there is none. It does not judge the numbers.
 */
import { availableParallelism } from "node:os";
import { Crowd, type CrowdSize, type CrowdTimes } from "./crowd-process.ts";
import { pause } from "./load.ts";
import type { PeerSide, SideCount } from "./peers/sides.ts";
import { idleSeconds, ownCpuSeconds } from "./sample.ts";
import type { TimeSpread } from "./spread.ts";

/** Cores that others may use during a measurement. */
const othersMax = 0.25;
const triesMax = 4;

export interface LoadExtent {
  readonly warmSeconds: number;
  readonly measureSeconds: number;
  /** Figures of a busy machine are taken as well: for who only wants to see that it works. */
  readonly anyMachine?: boolean;
}

/** What the light clients do, and for how long. */
export interface SideTask extends Pick<CrowdSize, "asked" | "room" | "matches" | "seats"> {
  readonly extent: LoadExtent;
}

export interface SideLoad {
  readonly cpuUsPerPatch: number;
  readonly bytesPerClientSecond: number;
  readonly memoryPerMatchMb: number;
  readonly lateMs: TimeSpread;
  readonly gateMs?: SideCount["gateMs"];
  readonly times: CrowdTimes;
  readonly othersCores: number;
}

/**
 * @param withSide runs the server for as long as its argument takes
 * @throws when the machine is busy with something else again and again
 */
export async function quietLoad(
  withSide: (measure: (side: PeerSide) => Promise<SideLoad>) => Promise<SideLoad>,
  task: SideTask,
): Promise<SideLoad> {
  let busiest = 0;
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const load = await withSide((started) => measure(started, task));
    if (load.othersCores <= othersMax || task.extent.anyMachine) return load;
    busiest = Math.max(busiest, load.othersCores);
  }
  throw new Error(
    `other programs used up to ${busiest.toFixed(2)} cores in each of ${triesMax} tries; figures of a busy machine are not printed`,
  );
}

async function measure(side: PeerSide, { extent, ...load }: SideTask): Promise<SideLoad> {
  const { memoryBytes: emptyBytes } = await side.count();
  const crowd = await Crowd.join({ url: side.url, ...load, plain: side.plain || load.room !== undefined });
  try {
    await pause(extent.warmSeconds);
    const before = await reading(side, crowd);
    await pause(extent.measureSeconds);
    const after = await reading(side, crowd);
    if (after.lost > 0) throw new Error(`${after.lost} of ${after.clients} clients lost their connection`);
    const seconds = (after.atMs - before.atMs) / 1000;
    const accounted = after.idleSeconds - before.idleSeconds + after.oursSeconds - before.oursSeconds;
    return {
      cpuUsPerPatch:
        ((after.side.cpuSeconds - before.side.cpuSeconds) * 1e6) / (after.patches - before.patches),
      bytesPerClientSecond: (after.bytes - before.bytes) / seconds / after.clients,
      memoryPerMatchMb: (after.side.memoryBytes - emptyBytes) / load.matches / 2 ** 20,
      lateMs: after.side.lateMs,
      ...(after.side.gateMs && { gateMs: after.side.gateMs }),
      times: after.times,
      othersCores: Math.max(0, availableParallelism() - accounted / seconds),
    };
  } finally {
    await crowd.stop();
  }
}

async function reading(side: PeerSide, crowd: Crowd) {
  const [sideCount, times] = [await side.count(), await crowd.times()];
  const counts = await crowd.count();
  const oursSeconds = sideCount.cpuSeconds + counts.cpuSeconds + ownCpuSeconds();
  return {
    side: sideCount,
    times,
    ...counts,
    oursSeconds,
    idleSeconds: idleSeconds(),
    atMs: performance.now(),
  };
}
