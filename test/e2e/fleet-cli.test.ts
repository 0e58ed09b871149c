/**
 * `npm run fleet` as people run it: the real command, real nodes, a real Redis and a real nginx, with bots that play.
 * Everything is asked of the command or of the kernel; nothing waits for a time.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askStatus } from "../../local-fleet/control-client.ts";
import type { FleetRollReport } from "../../local-fleet/control-server.ts";
import { readFleetFile } from "../../local-fleet/fleet-file.ts";
import type { FleetView } from "../../local-fleet/fleet-view.ts";
import type { MatchList } from "../../shared/wire/api.ts";
import { toolForTest } from "../../tools/ensure-tool.ts";
import { eventually } from "./server-child.ts";

const entry = join(import.meta.dirname, "..", "..", "local-fleet", "main.ts");
const running = new Set<ChildProcess>();
let dataDir: string;

beforeEach(async (context) => {
  await toolForTest("redis-server", context);
  await toolForTest("nginx", context);
  dataDir = mkdtempSync(join(tmpdir(), "holdfast-fleet-test-"));
});

afterEach(async () => {
  for (const child of running) {
    child.kill("SIGKILL");
    await once(child, "close");
  }
  rmSync(dataDir, { recursive: true, force: true });
});

interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Lines of the standard output. */
  readonly lines: string[];
  readonly errors: string[];
}

function fleet(...args: string[]): Command {
  const argv = [entry, ...args, "--data", dataDir, "--host", "127.0.0.1", "--json"];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
  const ended = once(child, "close").then(([code]) => {
    running.delete(child);
    return code;
  });
  return { child, ended, lines, errors };
}

/** Its answer. @throws with what it said when it fails */
async function answerOf<Answer>(...args: string[]): Promise<Answer> {
  const { ended, lines, errors } = fleet(...args);
  if ((await ended) !== 0) throw new Error(errors.join("\n"));
  return JSON.parse(lines.at(-1)!);
}

async function startFleet(...args: string[]): Promise<Command & { view: FleetView }> {
  const command = fleet("--port", "0", ...args);
  const read = () => (command.child.exitCode === null ? command.lines[0] : command.errors.join("\n"));
  const view = JSON.parse(await eventually(read, { forMs: 60_000, what: "the start of a fleet" }));
  return { ...command, view };
}

const status = () => answerOf<FleetView>("status");
/** What the command asks, without the process that it is: for what is asked again and again. */
const view = () => askStatus(readFleetFile(dataDir)!);
const playersOf = ({ nodes }: FleetView) =>
  nodes.reduce((sum, { numbers }) => sum + (numbers?.players ?? 0), 0);
async function matchesOf({ urls: [url] }: FleetView): Promise<MatchList["matches"]> {
  return ((await (await fetch(`${url}/v1/matches`)).json()) as MatchList).matches;
}

async function untilBotsPlay(players: number): Promise<void> {
  const what = `the playing of ${players} bots`;
  await eventually(async () => (playersOf(await view()) >= players ? true : undefined), {
    ...{ forMs: 60_000, everyMs: 200, what },
  });
  expect(playersOf(await status())).toBeGreaterThanOrEqual(players);
}

/** Every process of the fleet, and those that they started. */
function pidsOf({ nodes, redis, balancer, bots }: FleetView): number[] {
  const pids = [...nodes.map(({ pid }) => pid), redis.pid, balancer?.pid, bots?.pid];
  return pids.flatMap((pid) => (pid === undefined ? [] : [pid, ...childrenOf(pid)]));
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

/** A process that has ended and was not asked for its end yet is a Z. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

const goneAll = (pids: readonly number[]) =>
  eventually(() => (pids.some(isAlive) ? undefined : true), { what: "the end of every process" });

test("[P5] nodes are killed and replaced, the bots play on, no match is lost, and nothing is left running", async () => {
  const { child, ended, errors, ...first } = await startFleet(
    "--rooms",
    "2",
    "--matchmakers",
    "2",
    "--bots",
    "8",
  );
  await untilBotsPlay(8);
  const list = () => matchesOf(first.view);
  const idsOf = (matches: MatchList["matches"]) => matches.map(({ id }) => id).toSorted();
  // Bots that come in the same moment may open one at each node.
  const played = await list();
  const owner = first.view.nodes.find(({ name }) => played[0]!.node.startsWith(`${name}.`))!;
  const owned = played.filter(({ node }) => node.startsWith(`${owner.name}.`)).length;
  process.kill(owner.pid!, "SIGKILL");
  const patiently = { forMs: 60_000, everyMs: 200 };
  const failover = await eventually(async () => (await view()).failover, patiently);
  expect(failover).toMatchObject({ node: owner.name, matches: owned, ms: expect.any(Number) });
  const back = await eventually(async () => {
    const node = (await view()).nodes.find(({ name }) => name === owner.name)!;
    return node.state === "ready" && node.restarts === 1 ? node : undefined;
  }, patiently);
  expect(back.port).toBe(owner.port);

  const before = await status();
  const report = await answerOf<FleetRollReport>("roll");
  expect(report).toMatchObject({ matches: played.length, lost: [], bots: { gapMs: expect.any(Object) } });
  expect(report.moves).toBeGreaterThan(0);
  expect(report.nodes.map(({ node }) => node)).toEqual(["room-1", "room-2", "matchmaker-1", "matchmaker-2"]);
  expect(report.nodes.filter(({ killed }) => killed)).toEqual([]);
  // No bot lost its seat: that one would have gone into another match.
  expect(idsOf(await list())).toEqual(idsOf(played));
  const after = await status();
  const oldPids = before.nodes.map(({ pid }) => pid);
  expect(after.nodes.filter(({ pid }) => oldPids.includes(pid))).toEqual([]);

  const pids = [...oldPids.map((pid) => pid!), ...pidsOf(after)];
  child.kill("SIGTERM");
  expect(await ended, errors.join("\n")).toBe(0);
  await goneAll(pids);
  expect(existsSync(join(dataDir, "fleet.json"))).toBe(false);
});

test("[P5] [P7] what was played is there when a fleet with --data is started again, and nothing outlives a killed one", async () => {
  const size = ["--rooms", "1", "--bots", "2"];
  // Without a load balancer clients reach the nodes directly.
  const first = await startFleet(...size, "--matchmakers", "2", "--no-balancer");
  expect(first.view.balancer).toBeUndefined();
  expect(first.view.urls).toHaveLength(2);
  await untilBotsPlay(2);
  const [played] = await matchesOf(first.view);

  // A second fleet with the same data is refused, and so is a bad setting; neither starts anything.
  const beside = fleet();
  expect(await beside.ended).toBe(78);
  expect(beside.errors.join()).toContain(
    `a fleet runs with this data directory already (process ${first.view.pid})`,
  );
  first.child.kill("SIGINT");
  expect(await first.ended).toBe(0);
  const bad = fleet("--lease-ms", "1");
  expect(await bad.ended).toBe(78);
  expect(bad.errors.join()).toContain("Setting leaseMs");
  expect(readdirSync(dataDir)).toEqual(["redis"]);

  const second = await startFleet(...size, "--matchmakers", "1");
  const again = await eventually(async () =>
    (await matchesOf(second.view)).find(({ id }) => id === played!.id),
  );
  expect(again.epoch).toBe(2);
  const pids = pidsOf(second.view);
  expect(pids.length).toBeGreaterThanOrEqual(6);
  second.child.kill("SIGKILL");
  await second.ended;
  await goneAll(pids);
  // Its file does not stand in the way.
  await expect(status()).rejects.toThrow(`no fleet runs with ${dataDir}`);
});
