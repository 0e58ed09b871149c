/**
 * One measurement of a server under load: starts it, fills it with light clients, lets it warm up, and reads
 * its counters before and after a window of time. It does not judge the numbers.
 */
import { availableParallelism } from "node:os";
import { setTimeout as pauseMs } from "node:timers/promises";
import { startServer } from "../processes/server-process.ts";
import type { BenchGame } from "./bench-game.ts";
import { Crowd } from "./crowd-process.ts";
import { growth, type MetricsText, quantile, readMetrics } from "./metrics-text.ts";
import { idleSeconds, ownCpuSeconds } from "./sample.ts";

export interface LoadOptions {
  /** Data directory; the caller created it and removes it. */
  readonly data: string;
  readonly flags: readonly string[];
  readonly played: BenchGame;
  readonly matches: number;
  readonly warmSeconds: number;
  readonly measureSeconds: number;
}

/** Milliseconds where the name says so. */
export interface Load {
  /** Server processor time per patch that reached a client, or per answer (bench-game.ts), microseconds. */
  readonly cpuUsEach: number;
  /** Server processor time as a share of one core. */
  readonly cpuShare: number;
  /** Patches, or answers, that reached clients. */
  readonly counted: number;
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

/** @throws when a client was lost meanwhile, or nothing was counted: the load was then smaller than intended */
export async function measureLoad(options: LoadOptions): Promise<Load> {
  const { data, flags, matches, played } = options;
  const { asked, seats } = played;
  const args = ["--log-level", "error", ...played.flags, ...flags];
  const server = await startServer({ dataDir: data, supervised: false, args });
  let crowd: Crowd | undefined;
  try {
    crowd = await Crowd.join({ url: server.url, asked, matches, seats });
    await pause(options.warmSeconds);
    const before = await reading(server.url, crowd);
    await pause(options.measureSeconds);
    const after = await reading(server.url, crowd);
    if (after.lost > 0)
      throw new Error(
        `${after.lost} of ${after.clients} clients lost their connection; if matches of ${played.game.name} end so soon, --options can make them longer`,
      );
    return loadBetween(before, after, played);
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

function loadBetween(before: Reading, after: Reading, { game, counted: what }: BenchGame): Load {
  const between: [MetricsText, MetricsText] = [before.metrics, after.metrics];
  const ms = (name: string, part: number) => 1000 * quantile(`holdfast_${name}_seconds`, part, ...between);
  const cpuSeconds = growth("process_cpu_seconds_total", ...between);
  const key = what === "patch" ? "patches" : "answers";
  const counted = after[key] - before[key];
  if (counted === 0)
    throw new Error(`no ${what} of ${game.name} reached a client, so there is nothing to measure`);
  const seconds = (after.atMs - before.atMs) / 1000;
  const accounted = after.idleSeconds - before.idleSeconds + after.oursSeconds - before.oursSeconds;
  return {
    cpuUsEach: (cpuSeconds * 1e6) / counted,
    cpuShare: cpuSeconds / seconds,
    counted,
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
