/**
 * `npm run bench -- netcode`: what is seen of a runner, and how inputs come, over lines like those at home and on the way: our
 * client and the Colyseus SDK's own `Predict`, side by side in the same matches of one server. Everything runs at once; what
 * else the machine does counts against both.
 */
import { startServer } from "../processes/server-process.ts";
import { pause } from "./load.ts";
import { type LineProxy, startLineProxy } from "./netcode/line-proxy.ts";
import { type LineKind, lineKinds } from "./netcode/lines.ts";
import { joinOurs, joinSdk, RunningPlayer, type Watcher } from "./netcode/players.ts";
import { runnerSeen } from "./netcode/runner-seen.ts";
import { type BenchResult, type Goal, result } from "./result.ts";
import { median, withTemporaryDirectory } from "./sample.ts";

export const netcodeExtents = {
  quick: { warmSeconds: 3, measureSeconds: 10 },
  full: { warmSeconds: 15, measureSeconds: 120 },
} as const;

type NetcodeExtent = (typeof netcodeExtents)[keyof typeof netcodeExtents];

const frameMs = 1000 / 60;
const tickMs = 1000 / 30;
const clients = { ours: joinOurs, "SDK Predict": joinSdk } as const;
type ClientName = keyof typeof clients;
const clientNames = Object.keys(clients) as ClientName[];

/** What is asked of ours, by line and figure. */
const goals: Readonly<Record<string, Readonly<Record<string, Goal>>>> = {
  fibre: { delayMs: { atMost: 60 } },
  coax: { delayMs: { atMost: 60 } },
  "60 ms of jitter": { missed: { atMost: 0.5 }, wait: { atMost: 1 } },
  "2 % stalls of 200 ms": { frozen: { atMost: 1 }, jumps: { atMost: 3 } },
};

interface OnLine {
  readonly kind: LineKind;
  readonly runner: RunningPlayer;
  readonly proxies: readonly LineProxy[];
  readonly watchers: Readonly<Record<ClientName, Watcher>>;
}

export async function measureNetcode(
  { warmSeconds, measureSeconds }: NetcodeExtent,
  progress: (text: string) => void,
): Promise<readonly BenchResult[]> {
  return await withTemporaryDirectory(async (dataDir) => {
    const server = await startServer({ dataDir, supervised: false, args: ["--log-level", "error"] });
    const all: OnLine[] = [];
    let frames: NodeJS.Timeout | undefined;
    try {
      for (const kind of lineKinds) all.push(await joinedOver(kind, server.url));
      const watchers = all.flatMap((one) => clientNames.map((name) => one.watchers[name]));
      frames = setInterval(() => {
        const nowMs = performance.now();
        for (const watcher of watchers) watcher.draw(nowMs);
      }, frameMs);
      progress(`netcode: ${all.length} lines for ${warmSeconds + measureSeconds} s`);
      await pause(warmSeconds);
      for (const watcher of watchers) {
        watcher.frames.length = 0;
        watcher.pongs.length = 0;
      }
      await pause(measureSeconds);
      return all.flatMap((one) => clientNames.flatMap((name) => resultsOf(one, name, measureSeconds)));
    } finally {
      clearInterval(frames);
      for (const { proxies } of all) for (const proxy of proxies) proxy.stop();
      await server.stop();
    }
  });
}

async function joinedOver(kind: LineKind, url: string): Promise<OnLine> {
  const runner = await RunningPlayer.join(url);
  const proxies: LineProxy[] = [];
  const watchers: Partial<Record<ClientName, Watcher>> = {};
  for (const name of clientNames) {
    const proxy = await startLineProxy(url, kind, 7);
    proxies.push(proxy);
    watchers[name] = await clients[name](proxy.url, runner);
  }
  return { kind, runner, proxies, watchers: watchers as OnLine["watchers"] };
}

function resultsOf({ kind, runner, watchers }: OnLine, name: ClientName, seconds: number): BenchResult[] {
  const { frames, pongs } = watchers[name];
  const { frozen, jumpsPerMinute, delayMs } = runnerSeen(frames, runner.truth);
  const missed = pongs.reduce((sum, pong) => sum + pong.missed, 0);
  const waits = pongs.filter(({ waitMs }) => waitMs > 0).map(({ waitMs }) => waitMs / tickMs);
  const row = (what: string, unit: string, value: number, key: string) =>
    result(
      `${kind.name}, ${name}: ${what}`,
      unit,
      [value],
      name === "ours" ? goals[kind.name]?.[key] : undefined,
    );
  return [
    row("frozen frames", "%", frozen * 100, "frozen"),
    row("jumps", "a minute", jumpsPerMinute, "jumps"),
    row("others are drawn late", "ms", delayMs, "delayMs"),
    row("ticks without an input", "%", (missed * 100 * tickMs) / (seconds * 1000), "missed"),
    row("an input waits", "ticks", median(waits), "wait"),
  ];
}
