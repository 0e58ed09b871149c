/**
 * `npm start` on an IPv6 address, as players see it. A request that falls into the moment between two processes is
 * answered late, never refused; and after everything was stopped and started, the house bots sit where they sat.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ServerProcess, startServer } from "../../client-sim/processes/server-process.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const host = addresses.some(({ address }) => address === "::1") ? "::1" : "127.0.0.1";
const bots = 3;
const patient = { timeout: 60_000 };

let dataDir: string;
const servers: ServerProcess[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-test-"));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<ServerProcess> {
  const args = ["--log-level", "warn", "--host", host, "--bots", "--house-bots", String(bots)];
  const server = await startServer({ dataDir, supervised: true, args });
  servers.push(server);
  return server;
}

async function seatsTaken({ url }: ServerProcess): Promise<number[]> {
  const response = await fetch(`${url}/v1/matches`);
  const { matches } = (await response.json()) as { matches: { seats: { taken: number } }[] };
  return matches.map(({ seats }) => seats.taken);
}

/** By bots that play. */
async function seatsWrittenDown(): Promise<number> {
  const text = await readFile(join(dataDir, "house-bots.json"), "utf8").catch(() => "{}");
  return Object.keys(JSON.parse(text)).length;
}

/** As one who watches sees them. */
async function names({ url }: ServerProcess): Promise<string[]> {
  const watcher = await joinMatch<never, ArenaView>({ url, game: "arena", spectate: true });
  const players = JSON.parse(JSON.stringify(watcher.view)).players as Record<string, object>;
  await watcher.leave();
  return Object.values(players).map((player) => JSON.stringify(player));
}

test("[P5] requests that are made while the server is killed are answered, and its bots keep their seats over starts", async () => {
  const first = await start();
  expect(URL.canParse(first.url)).toBe(true);
  await expect.poll(seatsWrittenDown, patient).toBe(bots);

  // It stands still first, so that it cannot take the connections with it.
  process.kill(first.pid!, "SIGSTOP");
  const asked = Promise.all(Array.from({ length: 20 }, () => fetch(`${first.url}/healthz`)));
  first.kill();
  expect((await asked).map(({ status }) => status)).toEqual(Array(20).fill(200));
  await first.ready(60_000);

  await first.stop();
  const second = await start();
  // Every bot is back, and it took no other seat than its own.
  const connected = () =>
    names(second).then((all) => all.filter((player) => player.includes('"connected":true')));
  await expect.poll(async () => (await connected()).length, patient).toBe(bots);
  expect(await seatsTaken(second)).toEqual([bots]);
});
