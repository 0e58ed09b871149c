/** The lock of a data directory: one live owner, a dead one is no obstacle, and what an operator is told. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataDirectory } from "../../server/durability/data-lock.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { temporaryDirectory } from "./data-directory.ts";

const childFile = path.join(import.meta.dirname, "data-lock-child.ts");
let directory: ReturnType<typeof temporaryDirectory>;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => {
  child?.kill("SIGKILL");
  directory.remove();
});

async function lockingChild(): Promise<ChildProcess> {
  child = spawn(process.execPath, [childFile, directory.path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout!, "data");
  return child;
}

const lockFile = () => path.join(directory.path, "lock");
const openStore = (at: string) => openEmbeddedStore({ path: at, level: "machine", segmentBytes: 64 << 10 });

test("[P7] a directory in use by another live process is refused, naming its pid, and nothing is touched", async () => {
  const { pid } = await lockingChild();
  await expect(openStore(directory.path)).rejects.toMatchObject({
    code: "store/locked",
    message: expect.stringContaining(`pid ${pid}`),
  });
  expect(fs.readdirSync(directory.path)).toEqual(["lock", "lock.held"]);
});

test("[P5] the lock of a killed process is taken over at once", async () => {
  const owner = await lockingChild();
  const exit = once(owner, "exit");
  owner.kill("SIGKILL");
  await exit;
  const lock = lockDataDirectory(directory.path);
  expect(fs.readFileSync(lockFile(), "utf8")).toMatch(new RegExp(`^${process.pid} `));
  expect(fs.readdirSync(directory.path)).toEqual(["lock", "lock.held"]);
  lock.release();
  expect(fs.readdirSync(directory.path)).toEqual(["lock.held"]);
});

test("a pid that was given to another process since does not hold the lock", () => {
  // As a system without /proc left it, and as one with it did: of a live process, but of no server.
  for (const text of [`${process.pid} 1 another-boot`, `${process.ppid} unknown unknown`]) {
    fs.writeFileSync(lockFile(), text);
    lockDataDirectory(directory.path).release();
    expect(fs.existsSync(lockFile())).toBe(false);
  }
});

/** What an earlier version wrote into `lock`, its only lock, for a process with this pid. */
function earlierLock(pid: number): string {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return `${pid} ${start} ${fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`;
}

/** A process that takes no lock of ours, as a server of an earlier version. */
async function otherProcess(...more: string[]): Promise<ChildProcess> {
  const waits = "process.stdout.write('.'); setInterval(() => undefined, 1 << 30)";
  child = spawn(process.execPath, ["-e", waits, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout!, "data");
  return child;
}

test.skipIf(process.platform !== "linux")(
  "[P3.7] a directory that a live server of an earlier version holds is refused, and taken over when that is dead",
  async () => {
    const owner = await otherProcess();
    const text = earlierLock(owner.pid!);
    fs.writeFileSync(lockFile(), text);
    await expect(openStore(directory.path)).rejects.toMatchObject({
      code: "store/locked",
      message: expect.stringContaining(`pid ${owner.pid}`),
    });
    expect(fs.readFileSync(lockFile(), "utf8")).toBe(text);
    expect(fs.readdirSync(directory.path)).toEqual(["lock", "lock.held"]);
    const exit = once(owner, "exit");
    owner.kill("SIGKILL");
    await exit;
    const lock = lockDataDirectory(directory.path);
    // And the other way round: as it says so, an earlier version that is started again does not start beside this one.
    expect(fs.readFileSync(lockFile(), "utf8")).toBe(earlierLock(process.pid));
    lock.release();
  },
);

test.skipIf(process.platform === "win32")(
  "[P3] where the system does not tell when a process began, a live one counts if it is a server",
  async () => {
    const server = await otherProcess("holdfast/server/serve.ts");
    fs.writeFileSync(lockFile(), `${server.pid} unknown unknown`);
    await expect(openStore(directory.path)).rejects.toMatchObject({ code: "store/locked" });
    server.kill("SIGKILL");
    const other = await otherProcess();
    fs.writeFileSync(lockFile(), `${other.pid} unknown unknown`);
    await (await openStore(directory.path)).close();
  },
);

test("[P3.7] of four processes that find a dead owner's lock at the same time exactly one gets it", async () => {
  fs.writeFileSync(lockFile(), `${2 ** 30} 1 another-boot`);
  const rivals = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [childFile, directory.path], { stdio: ["ignore", "pipe", "pipe"] }),
  );
  try {
    const outcomes = await Promise.all(
      rivals.map(async (rival) => {
        const [chunk] = await Promise.race([once(rival.stdout, "data"), once(rival.stderr, "data")]);
        return String(chunk).startsWith("locked") ? "locked" : "refused";
      }),
    );
    expect(outcomes.toSorted()).toEqual(["locked", "refused", "refused", "refused"]);
  } finally {
    for (const rival of rivals) rival.kill("SIGKILL");
  }
});

test("[P3.7] of two that start in the same moment one gets it, again and again", async () => {
  for (let round = 0; round < 5; round++) {
    const lock = lockDataDirectory(directory.path);
    expect(() => lockDataDirectory(directory.path)).toThrow(/in use by the server with pid/);
    lock.release();
    lock.release();
  }
});

test("the same process opens a directory once at a time", async () => {
  const store = await openStore(directory.path);
  await expect(openStore(directory.path)).rejects.toMatchObject({ code: "store/locked" });
  await store.close();
  await (await openStore(directory.path)).close();
});

test("[P7] a directory that cannot be made is named, with its path", async () => {
  const file = path.join(directory.path, "a-file");
  fs.writeFileSync(file, "");
  const below = path.join(file, "data");
  await expect(openStore(below)).rejects.toMatchObject({
    code: "store/not-writable",
    message: expect.stringContaining(below),
  });
});
