/**
 * `npm run bench -- failover`: how long players wait when one of three room nodes dies or stalls, by the number of
 * clients; and what matches in Redis cost, compared with lmdb and with no journal.
 */
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fetchMatches } from "../../shared/client/api.ts";
import { rank } from "../percentiles.ts";
import { FleetProcess } from "../processes/fleet-process.ts";
import { RedisProcess } from "../processes/redis-process.ts";
import { type BenchGame, goalIn } from "./bench-game.ts";
import { type CostOptions, costOver, measureCost } from "./cost.ts";
import { Crowd, type CrowdGaps, type CrowdStrike } from "./crowd-process.ts";
import { pause } from "./load.ts";
import { type BenchResult, result } from "./result.ts";
import { idleSeconds, withTemporaryDirectory } from "./sample.ts";

/** How much to measure, in full and quickly; quick numbers only show that it works. */
export const failoverExtents = {
  full: { sizes: [60, 240, 480], kills: 4, rounds: 4, costMatches: 24, warmSeconds: 5, measureSeconds: 8 },
  quick: { sizes: [60], kills: 1, rounds: 1, costMatches: 10, warmSeconds: 1.5, measureSeconds: 2.5 },
} as const;

const rooms = 3;
const leaseMs = 3000;
/** The plain SDK reconnects only if it was connected for 5 s. */
const calmSeconds = 6.5;
const lookSeconds = 2;
const nodesMsMax = 20_000;
/** The size that the goals are about. */
const goalClients = 240;
const goals = { p50: { atMost: 500 }, p99: { atMost: 1500 } } as const;

/** The parts that can be measured alone, when the machine is quiet for only some minutes. */
export const failoverParts = ["kill", "stall", "cost"] as const;
type FailoverPart = (typeof failoverParts)[number];

export interface FailoverExtent {
  readonly played: BenchGame;
  readonly sizes: readonly number[];
  readonly kills: number;
  readonly rounds: number;
  readonly costMatches: number;
  readonly warmSeconds: number;
  readonly measureSeconds: number;
  readonly parts: readonly FailoverPart[];
}
type Progress = (text: string) => void;

export async function measureFailover(
  extent: FailoverExtent,
  progress: Progress,
): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  const hits = extent.parts.some((part) => part !== "cost");
  for (const clients of hits ? extent.sizes : []) {
    results.push(...(await withTemporaryDirectory((path) => gapsOf({ clients, path, extent, progress }))));
  }
  if (!extent.parts.includes("cost")) return results;
  results.push(
    ...(await withTemporaryDirectory((path) =>
      redisCost(path, { ...extent, matches: extent.costMatches, progress }),
    )),
  );
  return results;
}

interface GapOptions {
  readonly clients: number;
  readonly path: string;
  readonly extent: FailoverExtent;
  readonly progress: Progress;
}

async function gapsOf({ clients, path, extent, progress }: GapOptions): Promise<BenchResult[]> {
  const { asked, seats, flags } = extent.played;
  const redis = await RedisProcess.start(await made(path, "redis"));
  let fleet: FleetProcess | undefined;
  let crowd: Crowd | undefined;
  try {
    progress(`${clients} clients: starting ${rooms} room nodes`);
    const own = ["--redis-url", redis.url, "--lease-ms", String(leaseMs), "--log-level", "error"];
    const args = [...own, ...flags];
    fleet = await FleetProcess.start({ rooms, matchmakers: 2, dataDir: join(path, "fleet"), args });
    const { url } = fleet;
    const matches = Math.ceil(clients / seats);
    crowd = await Crowd.join({ url, asked, matches, seats, clients, comesBack: true });
    const busyCores: number[] = [];
    const struck = async (signal: CrowdStrike["signal"], words: string) => {
      await pause(calmSeconds - lookSeconds);
      busyCores.push(await coresInUse());
      progress(`${clients} clients: ${words}`);
      const gaps = await crowd!.strike(await fullestNode(fleet!, signal));
      await allReady(fleet!);
      return gaps;
    };
    const results: BenchResult[] = [];
    if (extent.parts.includes("kill")) {
      const kills: CrowdGaps[] = [];
      for (let kill = 1; kill <= extent.kills; kill++)
        kills.push(await struck("SIGKILL", `kill ${kill} of ${extent.kills}`));
      results.push(...gapResults(kills, clients, extent.played));
    }
    if (extent.parts.includes("stall"))
      results.push(...stallResults(await struck("SIGSTOP", "one node stands still"), clients));
    return [result(`cores in use before it, ${clients} clients`, "cores", busyCores), ...results];
  } finally {
    await crowd?.stop();
    await fleet?.stop();
    await redis.stop();
  }
}

/** @throws Error when a client did not come back: an open gap has no length */
function gapResults(all: readonly CrowdGaps[], clients: number, played: BenchGame): BenchResult[] {
  const notBack = all.reduce((sum, gaps) => sum + gaps.notBack, 0);
  if (notBack > 0) throw new Error(`${notBack} of ${clients} clients did not come back after a kill`);
  const ours = all.flatMap((gaps) => gaps.ours);
  const sdk = all.flatMap((gaps) => gaps.sdk);
  const isOfGoal = clients === goalClients && goalIn(played, goals.p50) !== undefined;
  const goal = isOfGoal ? goals : undefined;
  return [
    ...spreadResults(`gap after a kill, ${clients} clients`, [...ours, ...sdk], goal),
    ...spreadResults(`gap after a kill, our client, ${clients} clients`, ours),
    ...spreadResults(`gap after a kill, plain SDK, ${clients} clients`, sdk),
  ];
}

function stallResults({ ours, sdk, notBack }: CrowdGaps, clients: number): BenchResult[] {
  if (notBack > 0) throw new Error(`${notBack} of ${clients} clients did not come back after a stall`);
  const less = (gaps: readonly number[]) => gaps.map((gap) => gap - leaseMs);
  return [
    ...spreadResults(`gap after a stall less the lease, our client, ${clients} clients`, less(ours)),
    ...spreadResults(`gap after a stall less the lease, plain SDK, ${clients} clients`, less(sdk)),
  ];
}

function spreadResults(name: string, gaps: readonly number[], goal?: typeof goals): BenchResult[] {
  const sorted = Float64Array.from(gaps).sort();
  return [
    result(`${name}, p50 of ${gaps.length}`, "ms", [rank(sorted, 0.5)], goal?.p50),
    result(`${name}, p99`, "ms", [rank(sorted, 0.99)], goal?.p99),
    result(`${name}, longest`, "ms", [sorted.at(-1) ?? Number.NaN]),
  ];
}

/** The node with the most matches, and what the crowd must know of it. */
async function fullestNode(fleet: FleetProcess, signal: CrowdStrike["signal"]): Promise<CrowdStrike> {
  const { url } = fleet;
  const { nodes } = await fleet.view();
  const all = await fetchMatches({ url });
  const those = nodes
    .filter(({ role, pid }) => role === "room" && pid !== undefined)
    .map(({ name, pid }) => ({ pid: pid!, its: all.filter(({ node }) => node.startsWith(`${name}.`)) }))
    .sort((a, b) => b.its.length - a.its.length);
  const { pid, its } = those[0]!;
  const epochs = Object.fromEntries(its.map(({ id, epoch }) => [id, epoch]));
  return { url, pid, signal, epochs };
}

async function allReady(fleet: FleetProcess): Promise<void> {
  const endMs = performance.now() + nodesMsMax;
  while (!(await fleet.view()).nodes.every(({ state }) => state === "ready")) {
    if (performance.now() > endMs) throw new Error("a node did not come back");
    await pause(0.1);
  }
}

/** Processor cores in use by everything on the machine: nodes, Redis, nginx, clients and other programs. */
async function coresInUse(): Promise<number> {
  const [idle, atMs] = [idleSeconds(), performance.now()];
  await pause(lookSeconds);
  return availableParallelism() - (idleSeconds() - idle) / ((performance.now() - atMs) / 1000);
}

/** The cost of one server with matches in Redis, in lmdb at both levels, and without a store. */
async function redisCost(path: string, options: CostOptions): Promise<BenchResult[]> {
  const { counted } = options.played;
  const redis = await RedisProcess.start(await made(path, "redis"));
  try {
    const variants = {
      redis: ["--store", "redis", "--redis-url", redis.url],
      process: ["--durability", "process"],
      machine: ["--durability", "machine"],
      off: ["--store", "memory", "--sabotage-gate"],
    } as const;
    const rounds = await measureCost(variants, options);
    const of = (variant: keyof typeof variants, key: "cpuUsEach" | "gateMsP50" | "gateMsP99") =>
      rounds.map((round) => round[variant][key]);
    const all = rounds.reduce((sum, { redis }) => sum + redis.counted, 0);
    // Redis' processor time includes the warm-up; only the share of the measured part belongs to what was counted.
    const part = options.measureSeconds / (options.measureSeconds + options.warmSeconds);
    const redisUsEach = ((await redis.cpuSeconds()) * part * 1e6) / all;
    return [
      ...(["redis", "process", "machine"] as const).flatMap((variant) => [
        result(`CPU per ${counted}, ${names[variant]} over off`, "%", costOver(rounds, variant)),
        result(`CPU per ${counted}, ${names[variant]}`, "µs", of(variant, "cpuUsEach")),
        result(`gate delay p50, ${names[variant]}`, "ms", of(variant, "gateMsP50")),
        result(`gate delay p99, ${names[variant]}`, "ms", of(variant, "gateMsP99")),
      ]),
      result(`CPU per ${counted}, off`, "µs", of("off", "cpuUsEach")),
      result(`CPU per ${counted} of redis-server itself, about`, "µs", [redisUsEach]),
    ];
  } finally {
    await redis.stop();
  }
}

const names = { redis: "Redis (process)", process: "lmdb (process)", machine: "lmdb (machine)" } as const;

async function made(path: string, name: string): Promise<string> {
  const directory = join(path, name);
  await mkdir(directory);
  return directory;
}
