/** The embedded matchmaking store in a process that dies, and on a disk that is really full (root on Linux). */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LmdbDisk } from "../../server/rows/stores/lmdb-disk.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { part } from "./embedded-child.ts";

const childFile = path.join(import.meta.dirname, "embedded-child.ts");
const mountTmpfs = 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function canMount(): boolean {
  try {
    execFileSync("unshare", ["-m", "sh", "-c", mountTmpfs, "/mnt", "true"], { stdio: "ignore" });
    return true;
  } catch {
    if (process.env.CI === "true") throw new Error("the full-disk tests need root and unshare(1)");
    return false;
  }
}

test("[P8] every acknowledged commit survives a SIGKILL, and is in the feed once", async () => {
  const child = spawn(process.execPath, [childFile, directory.path, "endless"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 200) child.kill("SIGKILL");
  }
  await gone;
  const store = new LocalStore({ disk: LmdbDisk.open(path.join(directory.path, "store")), nowMs: Date.now });
  const kept: string[] = [];
  for (let after = 0, more = true; more; ) {
    const page = await store.changes(part, after, 100);
    kept.push(...page.rows.map(({ key }) => key));
    ({ upTo: after, more } = page);
  }
  await store.close();
  expect(acknowledged.filter((key) => !kept.includes(key))).toEqual([]);
  expect(new Set(kept).size).toBe(kept.length);
});

test.skipIf(!canMount())(
  "[P7] a full disk refuses commits by name, ends no process, and is over when it has room",
  async () => {
    const command = [
      "-m",
      "sh",
      "-c",
      mountTmpfs,
      directory.path,
      process.execPath,
      childFile,
      directory.path,
      "full",
    ];
    const { stdout } = await promisify(execFile)("unshare", command);
    expect(JSON.parse(stdout)).toEqual({
      first: "ok",
      full: "store/full",
      again: ["store/full", "store/full"],
      after: "ok",
      kept: ["first", "after"],
    });
  },
);
