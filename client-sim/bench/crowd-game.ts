/**
 * The game crowd: 200 players in one match, each of whom is sent what is near, on a server of its own with light clients
 * that all join at once. Not to be confused with the crowd of light clients, which every benchmark has. It judges nothing.
 */
import { programPath } from "../../shared/command-line/program-path.ts";
import { startServer } from "../processes/server-process.ts";
import { Crowd, type CrowdAnswer, type CrowdTimes } from "./crowd-process.ts";
import { rowsOf } from "./engine-rows.ts";
import { pause } from "./load.ts";
import { growth, type MetricsText, quantile, readMetrics } from "./metrics-text.ts";
import { type BenchResult, result } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";

const games = programPath(import.meta.url, "../../shared/games/crowd/game.ts");
/** It lasts longer than any measurement. */
const asked = { games, game: "crowd", options: JSON.stringify({ seconds: 3600 }) };
const players = 200;
/** What lies on the ground and never changes. */
const still = 500;

interface CrowdGameExtent {
  readonly rounds: number;
  readonly warmSeconds: number;
  readonly measureSeconds: number;
  /** Turns of ours and of Colyseus' own way. */
  readonly pairs: number;
}

export const crowdGameExtents = {
  quick: { rounds: 1, warmSeconds: 5, measureSeconds: 10, pairs: 5 },
  full: { rounds: 5, warmSeconds: 10, measureSeconds: 30, pairs: 15 },
} as const satisfies Record<string, CrowdGameExtent>;

interface CrowdRound {
  readonly joinSeconds: number;
  readonly before: MetricsText;
  readonly after: MetricsText;
  readonly seconds: number;
  readonly counts: Pick<CrowdAnswer, "patches" | "bytes">;
  readonly times: CrowdTimes;
}

export async function measureCrowdGame(
  { rounds, pairs, ...extent }: CrowdGameExtent,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  const measured: CrowdRound[] = [];
  for (let round = 1; round <= rounds; round++) {
    progress(`${players} players in one match, round ${round} of ${rounds}`);
    measured.push(await withTemporaryDirectory((data) => oneRound(data, extent)));
  }
  progress(`${pairs} turns of our way and of Colyseus' own`);
  const beside = await rowsOf("interest", ["--pairs", String(pairs), "--still", String(still)]);
  return [...resultsOf(measured), ...beside];
}

async function oneRound(
  dataDir: string,
  { warmSeconds, measureSeconds }: Pick<CrowdGameExtent, "warmSeconds" | "measureSeconds">,
): Promise<CrowdRound> {
  const args = ["--log-level", "error", "--games", games];
  const server = await startServer({ dataDir, supervised: false, args });
  let clients: Crowd | undefined;
  try {
    const startedMs = performance.now();
    clients = await Crowd.join({ url: server.url, asked, matches: 1, seats: players, atOnce: true });
    const joinSeconds = (performance.now() - startedMs) / 1000;
    await pause(warmSeconds);
    await clients.times();
    const [before, countsBefore, beforeMs] = [
      await metricsOf(server.url),
      await clients.count(),
      performance.now(),
    ];
    await pause(measureSeconds);
    const [after, counts, seconds] = [
      await metricsOf(server.url),
      await clients.count(),
      (performance.now() - beforeMs) / 1000,
    ];
    if (counts.lost > 0) throw new Error(`${counts.lost} of ${counts.clients} clients lost their connection`);
    const grown = {
      patches: counts.patches - countsBefore.patches,
      bytes: counts.bytes - countsBefore.bytes,
    };
    return { joinSeconds, before, after, seconds, counts: grown, times: await clients.times() };
  } finally {
    await clients?.stop();
    await server.stop();
  }
}

function resultsOf(rounds: readonly CrowdRound[]): readonly BenchResult[] {
  const ms = (name: string, part: number) =>
    rounds.map(({ before, after }) => 1000 * quantile(`holdfast_${name}_seconds`, part, before, after));
  const sums = (part: number) => ms("tick", part).map((tick, round) => tick + ms("send", part)[round]!);
  const of = (read: (round: CrowdRound) => number) => rounds.map(read);
  const cpu = of(
    ({ before, after, seconds }) => (100 * growth("process_cpu_seconds_total", before, after)) / seconds,
  );
  return [
    result(
      `${players} players join at once: until all play`,
      "s",
      of((round) => round.joinSeconds),
    ),
    result("tick and encode, p50", "ms", ms("tick", 0.5)),
    result("tick and encode, p99", "ms", ms("tick", 0.99)),
    result("send, p50", "ms", ms("send", 0.5)),
    result("send, p99", "ms", ms("send", 0.99)),
    // Not the p99 of the sum, which is smaller.
    result("tick + encode + send, sum of the p99", "ms", sums(0.99), { atMost: 10 }),
    result("tick lateness, p99", "ms", ms("tick_lateness", 0.99)),
    result("gate delay, p99", "ms", ms("gate_delay", 0.99)),
    result("server processor time", "% of a core", cpu),
    result(
      "received by one client",
      "KiB/s",
      of(({ counts, seconds }) => counts.bytes / 1024 / seconds / players),
    ),
    result(
      "patches received by one client",
      "per s",
      of(({ counts, seconds }) => counts.patches / seconds / players),
    ),
    result(
      "input to the patch that shows it, p50",
      "ms",
      of(({ times }) => times.inputMs.p50),
    ),
    result(
      "input to the patch that shows it, p99",
      "ms",
      of(({ times }) => times.inputMs.p99),
    ),
  ];
}

async function metricsOf(url: string): Promise<MetricsText> {
  return readMetrics(await (await fetch(`${url}/metrics`)).text());
}
