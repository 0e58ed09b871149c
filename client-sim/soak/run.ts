/**
 * One soak from start to end: a server as with `npm start`, clients that come and go, a measurement of the server
 * every few seconds, and a verdict on what grew. Nothing is left running.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { AnyGame } from "../../shared/game/game.ts";
import { stepsPerSecondOf } from "../bots/brains.ts";
import { InputTimer } from "../bots/input-timer.ts";
import { botName } from "../bots/names.ts";
import { Dice } from "../fuzz/dice.ts";
import { type ServerProcess, startServer } from "../processes/server-process.ts";
import { lookAt, type ServerLook } from "../watched/server-look.ts";
import { grows, growthOf, type Trend } from "../watched/trend.ts";
import { type Mood, moods, Visitor } from "./visitor.ts";

const lookEveryMs = 2000;
/** Share of the run in which matches fill, code compiles and caches fill. */
const warmPart = 0.3;
const stretches = 6;
/** Allowed growth over the rest of the run. */
const allowed = { heapMib: 24, rssMib: 64, descriptors: 16, matches: 4 } as const;
type Measure = keyof typeof allowed;

export interface SoakOptions {
  readonly game: AnyGame;
  /** The options of its matches. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The module that has it, or "built-in". */
  readonly games: string;
  readonly minutes: number;
  readonly players: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface SoakReport {
  readonly seed: number;
  readonly minutes: number;
  readonly players: number;
  readonly looks: number;
  readonly processEnds: number;
  readonly moods: Readonly<Record<Mood, number>>;
  readonly growth: Readonly<Partial<Record<Measure, Trend>>>;
  readonly longestStandstillMs: number;
  readonly wrongs: readonly string[];
}

/** @throws Error when the server does not start or is interrupted */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const dataDir = await mkdtemp(join(tmpdir(), "holdfast-soak-"));
  const args = ["--seat-grace-seconds", "5", "--rate-user-per-second", "0", "--log-level", "warn"];
  args.push("--games", options.games);
  const server = await startServer({ dataDir, supervised: true, args });
  try {
    return await soak(options, server);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function soak(options: SoakOptions, server: ServerProcess): Promise<SoakReport> {
  const { game, minutes, players, seed, progress, signal } = options;
  const done = Object.fromEntries(moods.map((mood) => [mood, 0])) as Record<Mood, number>;
  const over = new AbortController();
  const timer = new InputTimer(stepsPerSecondOf(game));
  const visitors = Array.from({ length: players }, (_, index) => {
    const dice = Dice.of(seed, "visitor", index);
    const did = (mood: Mood) => {
      done[mood] += 1;
    };
    const wait = (ms: number) => pause(ms, undefined, { signal: over.signal });
    const played = { game, options: options.options };
    return new Visitor({ url: server.url, played, name: botName(index), dice, timer, pause: wait, did });
  });
  const lives = visitors.map((visitor) => visitor.live());
  const pids = new Set<number>();
  const looks: ServerLook[] = [];
  const endMs = performance.now() + minutes * 60_000;
  try {
    while (performance.now() < endMs) {
      await pause(lookEveryMs, undefined, { signal });
      if (server.pid !== undefined) pids.add(server.pid);
      const look = await lookAt(server.url, server.pid);
      if (look === undefined) continue;
      looks.push(look);
      if (looks.length % 15 === 0) progress(words(look));
    }
  } finally {
    over.abort();
    await Promise.all(lives);
  }
  return reportOf({ options, looks, done, processEnds: pids.size - 1 });
}

function reportOf(run: {
  options: SoakOptions;
  looks: readonly ServerLook[];
  done: Record<Mood, number>;
  processEnds: number;
}): SoakReport {
  const { options, looks, done, processEnds } = run;
  const { minutes, players, seed } = options;
  const warm = looks.slice(Math.floor(looks.length * warmPart));
  const wrongs: string[] = processEnds > 0 ? [`the server's process ended ${processEnds} times`] : [];
  const growth: Partial<Record<Measure, Trend>> = {};
  for (const measure of Object.keys(allowed) as Measure[]) {
    const values = warm.flatMap((look) => look[measure] ?? []);
    const grown = growthOf(values, stretches);
    if (grown === undefined) continue;
    growth[measure] = grown;
    if (grows(grown, allowed[measure]))
      wrongs.push(`${measure} grew from ${grown.from.toFixed(0)} to ${grown.to.toFixed(0)}, and steadily`);
  }
  if (warm.length < stretches) wrongs.push("too few looks at the server for a verdict");
  const longestStandstillMs = Math.round(Math.max(0, ...warm.map(({ stoodStillMs }) => stoodStillMs)));
  return {
    ...{ seed, minutes, players, looks: looks.length, processEnds, moods: done },
    ...{ growth, longestStandstillMs, wrongs },
  };
}

function words({ heapMib, rssMib, descriptors = 0, matches, stoodStillMs }: ServerLook): string {
  const memory = `heap ${Math.round(heapMib)} MiB, rss ${Math.round(rssMib)} MiB`;
  return `${memory}, ${descriptors} descriptors, ${matches} matches, stood still ${Math.round(stoodStillMs)} ms`;
}
