/** The bots command against the real server: its report, and the house bots as the supervisor has them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { BotReport } from "../../client-sim/bots/report.ts";
import { fetchMatches } from "../../shared/client/api.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { startTestServer, type TestServer } from "./server-process.ts";

const soon = { timeout: 30_000, interval: 50 };

/** For the tests that kill no server; each gives all seats back but the last one. */
let started: TestServer;
beforeAll(async () => {
  started = await startTestServer();
});
afterAll(() => started?.[Symbol.asyncDispose]());

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

function startBots(url: string, ...args: readonly string[]) {
  const argv = ["client-sim/bots.ts", "--url", url, ...args];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  running.add(child);
  let out = "";
  let err = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  // Node sends no "close" after the parent itself has disconnected the ipc channel.
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  void ended.then(() => running.delete(child));
  return { child, ended, out: () => out, err: () => err };
}

function childrenOf(pid: number): readonly number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return pids === "" ? [] : pids.split(" ").map(Number);
}

async function seatsTaken(url: string): Promise<number> {
  const matches = await fetchMatches({ url, attemptsMax: 1 });
  return matches.reduce((sum, match) => sum + match.seats.taken, 0);
}

it("bots play until Ctrl-C, leave, and report in one JSON line", async () => {
  const bots = startBots(started.url, "--players", "6", "--seed", "7", "--json");
  await expect.poll(() => seatsTaken(started.url), soon).toBe(6);
  const tick = async () => (await fetchMatches({ url: started.url }))[0]?.tick;
  const full = (await tick())!;
  await expect.poll(tick, soon).toBeGreaterThan(full + 90);
  bots.child.kill("SIGINT");
  await once(bots.child, "close");
  expect(bots.child.exitCode).toBe(0);
  const report = JSON.parse(bots.out()) as BotReport;
  expect(report).toMatchObject({ players: 6, matches: 1, disconnects: 0, reconnects: 0, errors: 0 });
  for (const number of [report.patches, report.bytes, report.inputs]) expect(number).toBeGreaterThan(50);
  expect(report.ackMs.p50).toBeGreaterThan(0);
  expect(report.ackMs.p99).toBeGreaterThanOrEqual(report.ackMs.p50);
  // They gave their seats back.
  await expect.poll(() => seatsTaken(started.url), soon).toBe(0);
});

it("bots that were given several servers play through one that answers", async () => {
  const bots = startBots(`http://127.0.0.1:1,${started.url}`, "--players", "3", "--json");
  await expect.poll(() => seatsTaken(started.url), soon).toBe(3);
  bots.child.kill("SIGINT");
  expect(await bots.ended).toBe(0);
  expect(JSON.parse(bots.out())).toMatchObject({ players: 3, errors: 0 });
  await expect.poll(() => seatsTaken(started.url), soon).toBe(0);
});

it("[P7] blind bots in two processes play and end with one summary, a process that died is named, and none is left behind", async () => {
  const bots = startBots(started.url, "--players", "6", "--processes", "2", "--blind", "--json");
  await expect.poll(() => seatsTaken(started.url), soon).toBe(6);
  const children = childrenOf(bots.child.pid!);
  expect(children).toHaveLength(2);
  // All matches that there are have been played for two seconds, with everybody in.
  const ticks = async () => (await fetchMatches({ url: started.url })).map(({ tick }) => tick);
  const full = Math.max(...(await ticks()));
  await expect.poll(async () => Math.min(...(await ticks())), soon).toBeGreaterThan(full + 60);
  process.kill(children[1]!, "SIGKILL");
  await expect
    .poll(bots.err, soon)
    .toBe(`bots: process 2 of 2 (pid ${children[1]}) ended by itself: SIGKILL; the others play on\n`);
  bots.child.kill("SIGINT");
  expect(await bots.ended).toBe(0);
  const report = JSON.parse(bots.out()) as BotReport;
  expect(report).toMatchObject({ players: 6, processes: 2, notConnected: 3, errors: 0 });
  for (const number of [report.matches, report.patches, report.bytes, report.inputs, report.ackMs.p50])
    expect(number).toBeGreaterThan(0);
  for (const pid of children) expect(existsSync(`/proc/${pid}`)).toBe(false);
});

it("[P5] house bots say nothing, come back to their seats after a kill, and are gone with their parent", async () => {
  await using kept = await startTestServer({ supervised: true });
  const bots = startBots(kept.url, "--players", "3", "--house");
  await expect.poll(() => seatsTaken(kept.url), soon).toBe(3);
  const watcher = { url: kept.url, game: "arena", name: "watcher", spectate: true };
  const spectator = await joinMatch<ArenaInput, ArenaView>(watcher);
  const present = () => [...spectator.view.players.values()].filter(({ connected }) => connected).length;
  const seatOwners = () => [...spectator.view.players].map(([seat, { name }]) => `${seat} ${name}`).sort();
  // Only what was shown is promised: a seat that nobody was told of may go with the process.
  await expect.poll(present, soon).toBe(3);
  const before = seatOwners();
  kept.server.kill();
  await expect.poll(() => spectator.welcome.epoch, soon).toBe(2);
  await expect.poll(present, soon).toBe(3);
  expect(seatOwners()).toEqual(before);
  await spectator.leave();
  bots.child.disconnect();
  expect(await bots.ended).toBe(0);
  expect(bots.out()).toBe("");
});
