/**
 * What sleeping matches cost: a server with very many of them in its data directory, its memory, the processor time of a minute
 * in which nobody comes, how fast some of them are woken by joins through the API, and that none wakes after a kill.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { programPath } from "../../shared/command-line/program-path.ts";
import { spreadOf } from "../percentiles.ts";
import { type ServerProcess, startServer } from "../processes/server-process.ts";
import type { GameArguments } from "../which-game.ts";
import type { BenchGame } from "./bench-game.ts";
import { growth, type MetricsText, quantile, readMetrics } from "./metrics-text.ts";
import { type BenchResult, result } from "./result.ts";
import { withTemporaryDirectory } from "./sample.ts";

const filler = programPath(import.meta.url, "../../tools/sleeping-matches.ts");
const cards = programPath(import.meta.url, "../../shared/games/hands/game.ts");
/** What sleeps when no game is named: a turn may take a week. */
export const sleepersUsual: GameArguments = {
  ...{ games: cards, game: "hands", options: JSON.stringify({ turnSeconds: 7 * 86_400 }) },
};
const limits = ["--matches-max", "10000", "--seats-per-user", "0", "--rate-user-per-second", "0"];
const outputBytesMax = 64 * 1024 * 1024;

export const sleepingExtents = {
  full: { matches: 100_000, wakings: 500, idleSeconds: 60 },
  quick: { matches: 5000, wakings: 100, idleSeconds: 5 },
} as const;

type SleepingExtent = (typeof sleepingExtents)[keyof typeof sleepingExtents];

/** @throws Error when matches of the game do not sleep */
export async function measureSleeping(
  extent: SleepingExtent,
  { game, asked, flags }: BenchGame,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  if (game.whenEmpty !== "sleep")
    throw new Error(`matches of ${game.name} do not sleep: its \`whenEmpty\` is not "sleep"`);
  const args = [...flags, ...limits];
  return await withTemporaryDirectory(async (dataDir) => {
    const { matches, idleSeconds } = extent;
    progress(`putting ${matches} matches to sleep`);
    const which = ["--games", asked.games, "--game", game.name, "--options", asked.options];
    const fill = [filler, "--data", dataDir, "--matches", String(matches), ...which];
    const filled = await promisify(execFile)(process.execPath, fill, { maxBuffer: outputBytesMax });
    const { ids } = JSON.parse(filled.stdout.trim().split("\n").at(-1)!) as { ids: readonly string[] };
    progress(`an empty server, idle for ${idleSeconds} s`);
    const emptyCpu = await withTemporaryDirectory((empty) =>
      idleCpuOf({ dataDir: empty, args }, idleSeconds),
    );
    const server = await startServer({ dataDir, supervised: true, args });
    try {
      return rowsFrom(
        emptyCpu,
        await measured(server, { ids, game: game.name, ...extent }, progress),
        extent,
      );
    } finally {
      await server.stop();
    }
  });
}

interface MeasuredSleep {
  readonly cpu: number;
  readonly asleep: MetricsText;
  readonly joins: readonly number[];
  readonly awake: MetricsText;
  readonly killed: MetricsText;
}

async function measured(
  server: ServerProcess,
  { ids, game, wakings, idleSeconds }: SleepingExtent & { ids: readonly string[]; game: string },
  progress: (text: string) => void,
): Promise<MeasuredSleep> {
  progress(`idle for ${idleSeconds} s`);
  const cpu = await cpuShareOf(server.pid!, idleSeconds);
  const asleep = await metricsOf(server.url);
  progress(`waking ${wakings}`);
  const joins = await wokenIn(server.url, { ids, game, count: wakings });
  const awake = await metricsOf(server.url);
  progress("killing it");
  server.kill();
  await server.ready(60_000);
  return { cpu, asleep, joins, awake, killed: await metricsOf(server.url) };
}

function rowsFrom(
  emptyCpu: number,
  { cpu, asleep, joins, awake, killed }: MeasuredSleep,
  { matches, wakings }: SleepingExtent,
): BenchResult[] {
  const of = `${matches} matches asleep`;
  const count = ({ values }: MetricsText, name: string) => values.get(name) ?? Number.NaN;
  const wakeMs = (part: number) => quantile("holdfast_wake_seconds", part, asleep, awake) * 1000;
  const rssMib = count(asleep, "process_resident_memory_bytes") / 1024 / 1024;
  const woken = growth("holdfast_wake_seconds_count", asleep, awake);
  return [
    result(`memory of the server, ${of}`, "MiB", [rssMib], { atMost: 512 }),
    result("processor time of an empty server", "% of a core", [emptyCpu * 100]),
    result(`processor time, ${of}`, "% of a core", [cpu * 100]),
    result("the difference", "% of a core", [(cpu - emptyCpu) * 100], { atMost: 0.5 }),
    result("waking one, p50", "ms", [wakeMs(0.5)]),
    result("waking one, p99", "ms", [wakeMs(0.99)], { atMost: 50 }),
    result("a join over HTTP that wakes one, p50", "ms", [spreadOf(joins).p50]),
    result("a join over HTTP that wakes one, p99", "ms", [spreadOf(joins).p99]),
    result("woken by those joins", "matches", [woken], { atLeast: wakings }),
    result("woken by a kill", "matches", [count(killed, "holdfast_wake_seconds_count")], { atMost: 0 }),
  ];
}

async function idleCpuOf(
  where: { readonly dataDir: string; readonly args: readonly string[] },
  seconds: number,
): Promise<number> {
  const server = await startServer({ ...where, supervised: true });
  try {
    return await cpuShareOf(server.pid!, seconds);
  } finally {
    await server.stop();
  }
}

async function metricsOf(url: string): Promise<MetricsText> {
  return readMetrics(await (await fetch(`${url}/metrics`)).text());
}

/** User and system time of a process, by what Linux says of it. @returns its share of one core */
async function cpuShareOf(pid: number, seconds: number): Promise<number> {
  // After the name, which may have spaces: utime and stime are the 12th and the 13th, in hundredths of a second.
  const usedSeconds = async () => {
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  await pause(2000);
  const before = await usedSeconds();
  await pause(seconds * 1000);
  return ((await usedSeconds()) - before) / seconds;
}

/** One after the other, so that none waits for another. @returns milliseconds of each */
async function wokenIn(
  url: string,
  { ids, game, count }: { readonly ids: readonly string[]; readonly game: string; readonly count: number },
): Promise<number[]> {
  const headers = { "content-type": "application/json" };
  const made = await fetch(`${url}/v1/sessions`, { method: "POST" });
  const { token } = (await made.json()) as { token: string };
  const took: number[] = [];
  for (let woken = 0; woken < count; woken++) {
    const matchId = ids[Math.floor((woken * ids.length) / count)]!;
    const startedMs = performance.now();
    const response = await fetch(`${url}/v1/matches/join`, {
      ...{ method: "POST", headers: { ...headers, authorization: `Bearer ${token}` } },
      body: JSON.stringify({ game, matchId }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`a join of a sleeping match got ${response.status}: ${answer}`);
    took.push(performance.now() - startedMs);
  }
  return took;
}
