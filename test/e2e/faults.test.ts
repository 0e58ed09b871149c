/**
 * Faults of the machine around a real server with real players: a store that stalls, a disk that fills up and
 * is freed again, a match that cannot be read, a directory that is taken or cannot be written.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { frameRecord } from "../../server/durability/format.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { journalHashes } from "./journal-hashes.ts";
import { joinAsSdkPlayer, type SdkPlayer } from "./sdk-player.ts";
import { endServerChildren, eventually, startServerChild } from "./server-child.ts";

const players: SdkPlayer[] = [];
let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(async () => {
  for (const player of players.splice(0)) player.room.reconnection.enabled = false;
  await endServerChildren();
  directory.remove();
});

async function joinAndPlay(url: string, name: string): Promise<SdkPlayer> {
  const player = await joinAsSdkPlayer(url, { name, options: { durationSeconds: 600 } });
  players.push(player);
  player.play();
  return player;
}

const seesTicks = (player: SdkPlayer, more: number) => {
  const from = player.seen.size;
  return eventually(() => (player.seen.size >= from + more ? true : undefined), {
    what: `${more} more ticks`,
  });
};

describe("a slow store", () => {
  it("[P2.5] [P6] delays what players see, starves nobody, and everything seen is in the journal", async () => {
    const flags = ["--sabotage-store-delay-ms", "400"];
    const server = await startServerChild({ dataDir: directory.path, flags });
    const player = await joinAndPlay(server.url, "Ada");
    await seesTicks(player, 60);
    const frozen = await metric(server.url, "holdfast_matches_frozen");
    expect(frozen).toBe(0);
    await server.end("SIGKILL");
    const journal = await journalHashes(directory.path, player.room.roomId);
    expect([...player.seen].filter(([tick, hash]) => journal.get(tick) !== hash)).toEqual([]);
  });

  it("[P6.2] slower than a match may be ahead: it freezes, says so, and goes on", async () => {
    const flags = ["--sabotage-store-delay-ms", "2500", "--unacked-ticks-max", "30"];
    const server = await startServerChild({ dataDir: directory.path, flags });
    const player = await joinAndPlay(server.url, "Ada");
    const story = () => player.notices.map((notice) => notice.kind).join(" ");
    await eventually(() => (story().includes("frozen resumed") ? true : undefined), { forMs: 30_000 });
    await seesTicks(player, 20);
  });

  it("with the gate `available`[P2.7]  it plays on instead, and tells its players that they are unprotected", async () => {
    const flags = ["--sabotage-store-delay-ms", "2500", "--unacked-ticks-max", "30", "--gate", "available"];
    const server = await startServerChild({ dataDir: directory.path, flags });
    const player = await joinAndPlay(server.url, "Ada");
    const kinds = () => player.notices.map((notice) => notice.kind);
    await eventually(() => (kinds().includes("unprotected") ? true : undefined), { forMs: 30_000 });
    await seesTicks(player, 60);
    expect(kinds()).not.toContain("frozen");
  });
});

describe("a disk that is full", () => {
  it("[P2.4] [P7.4] freezes the match with a word to its players; with space again it goes on", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("needs root to mount a small disk");
    const disk = join(directory.path, "disk");
    mkdirSync(disk);
    const mount = `mount -t tmpfs -o size=40m tmpfs "$0" && exec "$@"`;
    const wrap = ["unshare", "-m", "sh", "-c", mount, disk];
    // Small journal files, so that they are used up soon.
    const flags = ["--journal-segment-kib", "64"];
    const server = await startServerChild({ dataDir: join(disk, "data"), wrap, flags });
    const player = await joinAndPlay(server.url, "Ada");
    for (const name of ["Ben", "Cleo", "Dana"]) await joinAndPlay(server.url, name);
    await seesTicks(player, 30);
    const inside = `/proc/${server.pid}/root${disk}`;
    fill(join(inside, "ballast"));
    // What they say fills the files that the journal still has.
    const chatter = setInterval(() => {
      for (const player of players) player.command(0, "chat", { text: "w".repeat(120) }).catch(() => {});
    }, 100);
    await eventually(() => player.notices.find((notice) => notice.kind === "frozen"), { forMs: 90_000 });
    clearInterval(chatter);
    expect(server.output()).toContain("does not take writes");
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(503);
    rmSync(join(inside, "ballast"));
    await eventually(() => player.notices.find((notice) => notice.kind === "resumed"));
    await seesTicks(player, 60);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const view = JSON.stringify(player.view());
    expect(view).toContain("Ada");
  });
});

describe("a match that cannot be read", () => {
  it("[P7.3] is set aside by name, one of another game or version waits, and the others come back", async () => {
    const first = await startServerChild({ dataDir: directory.path });
    const ada = await joinAndPlay(first.url, "Ada");
    await seesTicks(ada, 20);
    await first.end("SIGKILL");
    const store = await openEmbeddedStore({ path: directory.path, level: "process" });
    const about = (game: string, version: number) => JSON.stringify({ game, version, seed: 1, options: {} });
    const damaged = await store.create({ id: "damaged", node: "n", about: about("arena", 1) });
    const bytes = Buffer.from("this is no record");
    await store.append([{ id: "damaged", epoch: damaged.epoch, tick: 1, bytes }]);
    await store.append([
      {
        id: "damaged",
        epoch: damaged.epoch,
        tick: 2,
        bytes: frameRecord({ epoch: damaged.epoch, tick: 2, payload: Buffer.from([0, 0]) }),
      },
    ]);
    await store.create({ id: "other-game", node: "n", about: about("gone", 1) });
    await store.create({ id: "other-version", node: "n", about: about("arena", 99) });
    await store.close();
    const second = await startServerChild({ dataDir: directory.path });
    expect(second.matches).toBe(1);
    await eventually(() => (second.output().includes("takes players") ? true : undefined), {
      what: "the log",
    });
    await second.end("SIGTERM");
    expect(second.output()).toMatch(/"match":"damaged".*set aside/);
    expect(second.output()).toMatch(/"match":"other-game".*not opened/);
    expect(second.output()).toMatch(/"match":"other-version".*not opened/);
    const third = await startServerChild({ dataDir: directory.path });
    expect(third.matches).toBe(1);
    await eventually(() => (third.output().includes("takes players") ? true : undefined), {
      what: "the log",
    });
    await third.end("SIGTERM");
    expect(third.output()).not.toContain("damaged");
    expect(third.output()).toMatch(/"match":"other-version".*not opened/);
  });
});

describe("the data directory", () => {
  it("[P3] [P7] is used by one server; a second one says who has it and starts nothing", async () => {
    const server = await startServerChild({ dataDir: directory.path });
    const second = startServerChild({ dataDir: directory.path });
    await expect(second).rejects.toThrow(new RegExp(`ended with 78:.*pid ${server.pid}`, "s"));
  });

  it("[P7] that cannot be made or written stops the start with its path", async () => {
    const file = join(directory.path, "file");
    writeFileSync(file, "");
    await expect(startServerChild({ dataDir: join(file, "data") })).rejects.toThrow(
      /ended with 78:[\s\S]*file\/data/,
    );
    const locked = join(directory.path, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    if (process.getuid?.() === 0) expect(readdirSync(locked)).toEqual([]);
    else await expect(startServerChild({ dataDir: locked })).rejects.toThrow(/ended with 78:[\s\S]*locked/);
  });
});

/** Takes all space of the disk that `path` is on. */
function fill(path: string): void {
  spawnSync("dd", ["if=/dev/zero", `of=${path}`, "bs=64k"]);
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
}
