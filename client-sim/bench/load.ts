/**
 * One measurement of a server under load: starts it, fills it with light clients, lets it warm up, and reads
 * its counters before and after a window of time. It does not judge the numbers.
 */
import { availableParallelism } from "node:os";
import { setTimeout as pauseMs } from "node:timers/promises";
import { startServer } from "../processes/server-process.ts";
import { Crowd } from "./crowd-process.ts";
import { growth, type MetricsText, quantile, readMetrics } from "./metrics-text.ts";
import { idleSeconds, ownCpuSeconds } from "./sample.ts";

export interface LoadOptions {
  /** Data directory; the caller created it and removes it. */
  readonly data: string;
  readonly flags: readonly string[];
  readonly matches: number;
  /** Clients per match. */
  readonly seats: number;
  readonly warmSeconds: number;
  readonly measureSeconds: number;
}

/** Milliseconds where the name says so. */
export interface Load {
  /** Server processor time per patch that reached a client, microseconds. */
  readonly cpuUsPerPatch: number;
  /** Server processor time as a share of one core. */
  readonly cpuShare: number;
  readonly patches: number;
  readonly gateMsP50: number;
  readonly gateMsP99: number;
  readonly snapshotMsP99: number;
  readonly latenessMsP50: number;
  readonly latenessMsP99: number;
  /**
   * Cores that were neither idle nor used by the benchmark: other programs, and cores that the host took away. The
   * more of them, the worse every number here is.
   */
  readonly othersShare: number;
}

/** @throws when a client was lost meanwhile: the load was then smaller than intended */
export async function measureLoad(options: LoadOptions): Promise<Load> {
  const { data, flags, matches, seats } = options;
  const args = ["--log-level", "error", ...flags];
  const server = await startServer({ dataDir: data, supervised: false, args });
  let crowd: Crowd | undefined;
  try {
    crowd = await Crowd.join({ url: server.url, matches, seats });
    await pause(options.warmSeconds);
    const before = await reading(server.url, crowd);
    await pause(options.measureSeconds);
    const after = await reading(server.url, crowd);
    if (after.lost > 0) throw new Error(`${after.lost} of ${after.clients} clients lost their connection`);
    return loadBetween(before, after);
  } finally {
    await crowd?.stop();
    await server.stop();
  }
}

type Reading = Awaited<ReturnType<typeof reading>>;

async function reading(url: string, crowd: Crowd) {
  const scrape = fetch(`${url}/metrics`).then((response) => response.text());
  const [metrics, counts] = [readMetrics(await scrape), await crowd.count()];
  const serverSeconds = metrics.values.get("process_cpu_seconds_total") ?? 0;
  const oursSeconds = serverSeconds + counts.cpuSeconds + ownCpuSeconds();
  return { metrics, ...counts, oursSeconds, idleSeconds: idleSeconds(), atMs: performance.now() };
}

function loadBetween(before: Reading, after: Reading): Load {
  const between: [MetricsText, MetricsText] = [before.metrics, after.metrics];
  const ms = (name: string, part: number) => 1000 * quantile(`holdfast_${name}_seconds`, part, ...between);
  const cpuSeconds = growth("process_cpu_seconds_total", ...between);
  const patches = after.patches - before.patches;
  const seconds = (after.atMs - before.atMs) / 1000;
  const accounted = after.idleSeconds - before.idleSeconds + after.oursSeconds - before.oursSeconds;
  return {
    cpuUsPerPatch: (cpuSeconds * 1e6) / patches,
    cpuShare: cpuSeconds / seconds,
    patches,
    gateMsP50: ms("gate_delay", 0.5),
    gateMsP99: ms("gate_delay", 0.99),
    snapshotMsP99: ms("snapshot", 0.99),
    latenessMsP50: ms("tick_lateness", 0.5),
    latenessMsP99: ms("tick_lateness", 0.99),
    othersShare: Math.max(0, availableParallelism() - accounted / seconds),
  };
}

export function pause(seconds: number): Promise<void> {
  return pauseMs(seconds * 1000);
}
