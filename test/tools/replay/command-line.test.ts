/** `npm run replay` on a real data directory: what it prints and how it ends, in part as a process of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { historyOf } from "../../../server/durability/history.ts";
import { type EmbeddedStore, openEmbeddedStore } from "../../../server/durability/stores/embedded.ts";
import { aboutOf } from "../../../server/match/versions.ts";
import { replayRequest } from "../../../tools/replay/arguments.ts";
import { replayCommand } from "../../../tools/replay/replay-command.ts";
import { type PlayedMatch, playMatch, secretToken } from "./played-match.ts";

const ticks = 130;
let directory: string;
let data: string;
/** Stays open: the tool reads beside a running server. */
let store: EmbeddedStore;
let match: PlayedMatch;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-replay-"));
  data = join(directory, "data");
  store = await openEmbeddedStore({ path: data, level: "process" });
  match = await playMatch(store, { id: "played", ticks });
  const liar = await playMatch(store, { id: "liar", ticks: 40 });
  await store.setAside(liar.live.id, "a rule threw");
});

afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** As a process of its own. */
function runApart(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["tools/replay.ts", ...args],
      { maxBuffer: 1 << 26 },
      (error, out, errorText) =>
        resolve(seen({ status: error === null ? 0 : Number(error.code), out, error: errorText })),
    );
  });
}

/** The same in this process. */
async function run(...args: string[]): Promise<Ended> {
  const reading = replayRequest(args, {});
  if (!reading.ok) throw new Error(reading.message);
  const [out, error]: [string[], string[]] = [[], []];
  const status = await replayCommand(reading.request, reading.games, {
    log: (text: string) => void out.push(`${text}\n`),
    error: (text: string) => void error.push(`${text}\n`),
  });
  return seen({ status, out: out.join(""), error: error.join("") });
}

function seen(ended: Ended): Ended {
  expect(ended.out + ended.error).not.toContain(secretToken);
  return ended;
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("npm run replay", () => {
  it("[P4] --verify in another process: the live World's hash, every stored hash and snapshot compared", async () => {
    const { status, out } = await runApart("played", "--data", data, "--verify", "--json");
    const report = JSON.parse(out);
    expect(status).toBe(0);
    expect(report).toMatchObject({
      match: "played",
      firstTick: 0,
      lastTick: ticks,
      verified: true,
      problems: [],
    });
    expect(report).toMatchObject({ tick: ticks, hash: match.ticks[ticks]!.hash, checked: { hashes: 5 } });
    expect(report.checked.snapshots).toBeGreaterThan(0);
    expect(report.world).toEqual(match.live.match.state.world);
    expect(report.players.map(({ name }: { name: string }) => name)).toContain("player 3");
  });

  it("[P4] --at a tick in the middle, as text", async () => {
    const { status, out } = await run("played", "--data", data, "--at", "77");
    expect(status).toBe(0);
    expect(out).toContain(`tick 77, hash ${match.ticks[77]!.hash}`);
    expect(out).toContain('"players": [');
  });

  it("[P4] --trace has every tick once, commands with the answers they got, and an end", async () => {
    const { status, out } = await run("played", "--data", data, "--trace");
    const all = lines(out);
    const end = all.pop();
    expect(status).toBe(0);
    expect(all.map(({ tick, view, seats }) => ({ tick, view, seats }))).toEqual(
      match.ticks.map(({ tick, view, seats }) => ({ tick, view, seats })),
    );
    const commands = all.flatMap(({ commands }) => commands);
    expect(commands.map(({ sessionId, id, answer }) => ({ sessionId, id, answer }))).toEqual(match.answers);
    expect(commands[0]).toMatchObject({ seat: 0, name: "chat", payload: { text: "hello there" } });
    const hash = match.ticks[ticks]!.hash;
    expect(end).toEqual({ match: "played", firstTick: 0, lastTick: ticks, hash, verified: true });
  });

  it("--list says one line per match; with --trace each that can be read has its trace behind it", async () => {
    const list = [
      expect.objectContaining({ match: "liar", state: "set-aside", game: "arena", ending: "a rule threw" }),
      expect.objectContaining({ match: "played", state: "running", epoch: 1 }),
    ];
    expect(lines((await runApart("--list", "--data", data)).out)).toEqual(list);
    const { status, out } = await run("--list", "--trace", "--data", data);
    const trace = lines((await run("played", "--data", data, "--trace")).out);
    expect({ status, lines: lines(out) }).toEqual({ status: 0, lines: [...list, ...trace] });
  });

  it("[P7] a match that was set aside is shown as far as it goes, and is not verified", async () => {
    const shown = await run("liar", "--data", data);
    expect(shown.status).toBe(0);
    expect(shown.out).toContain("problem: set aside: a rule threw");
    expect(shown.out).toContain("tick 40, hash ");
    expect((await run("liar", "--data", data, "--verify")).status).toBe(1);
  });

  it("[P4] an exported match replays the same; a flipped byte or another seed does not pass", async () => {
    const file = join(directory, "match.holdfast");
    expect((await run("played", "--data", data, "--export", file)).status).toBe(0);
    const { status, out } = await run("--file", file, "--verify", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verified: true, hash: match.ticks[ticks]!.hash });

    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
    const flipped = await run("--file", file, "--verify");
    expect(flipped.status).toBe(1);
    expect(flipped.error).toMatch(/section \d+ at byte \d+ has a wrong checksum/);

    const again = await runApart("played", "--data", data, "--export", file);
    expect(again).toMatchObject({ status: 1, error: expect.stringContaining("EEXIST") });
  });

  it("[P4] --verify names the tick when the entry's seed was tampered with", async () => {
    const stored = await store.load("played");
    const about = JSON.stringify({ ...aboutOf(stored.entry), seed: 1 });
    const tampered = await openEmbeddedStore({ path: join(directory, "tampered"), level: "process" });
    await tampered.create({ id: "played", node: "n", about });
    const { records } = historyOf(stored);
    await tampered.append(
      records.map(({ tick }, at) => ({ id: "played", epoch: 1, tick, bytes: stored.records[at]! })),
    );
    await tampered.close();
    const { status, out } = await run("played", "--data", join(directory, "tampered"), "--verify");
    expect(status).toBe(1);
    expect(out).toMatch(/stops before tick 1: the World at tick 0 has hash/);
    expect(out).toContain("NOT VERIFIED");
  });

  it("says what is wrong with an unknown match, an unknown directory and a tick that is not there", async () => {
    const unknown = await run("nobody", "--data", data);
    expect(unknown).toMatchObject({ status: 1, error: expect.stringContaining("store/unknown-match") });
    const nowhere = await run("played", "--data", join(directory, "nowhere"));
    expect(nowhere).toMatchObject({ status: 1, error: expect.stringContaining("nowhere") });
    const late = await run("played", "--data", data, "--at", "131");
    expect(late).toMatchObject({ status: 2, error: expect.stringContaining("has ticks 0 to 130") });
    expect(await runApart("played", "--data", data, "--fast")).toMatchObject({ status: 2, out: "" });
  });
});

describe("the command line", () => {
  it.each([
    ["nothing", []],
    ["two matches", ["a", "b"]],
    ["a match and a file", ["a", "--file", "f"]],
    ["a match to list", ["a", "--list"]],
    ["an unknown flag", ["a", "--fast"]],
    ["a tick that is no number", ["a", "--at", "soon"]],
    ["a negative tick", ["a", "--at=-1"]],
    ["a trace of one tick", ["a", "--trace", "--at", "3"]],
    ["an export that also verifies", ["a", "--export", "f", "--verify"]],
    ["a flag without its value", ["a", "--export"]],
    ["a data directory and a Redis at once", ["--list", "--data", "a", "--redis-url", "redis://127.0.0.1:1"]],
  ])("refuses %s", (_what, argv) => {
    expect(replayRequest(argv, {}).ok).toBe(false);
  });

  it("takes a match id that looks like a flag, wherever it stands", () => {
    for (const id of ["-0U1UxsGl", "--U1UxsGl", "---------"]) {
      for (const argv of [
        [id, "--verify"],
        ["--verify", id],
      ]) {
        const source = { data: "./data", matchId: id };
        const request = { kind: "show", source, atTick: undefined, verify: true, json: false };
        expect(replayRequest(argv, {})).toEqual({ ok: true, request });
      }
    }
  });

  it("takes the data directory from the flag, then DATA_DIR, then ./data", () => {
    const dataOf = (argv: string[], env: NodeJS.ProcessEnv) => {
      const reading = replayRequest(["--list", ...argv], env);
      if (!reading.ok || reading.request.kind !== "list") return undefined;
      return "data" in reading.request ? reading.request.data : reading.request.redisUrl;
    };
    expect(dataOf(["--data", "a"], { DATA_DIR: "b" })).toBe("a");
    expect(dataOf([], { DATA_DIR: "b" })).toBe("b");
    expect(dataOf([], {})).toBe("./data");
  });
});
