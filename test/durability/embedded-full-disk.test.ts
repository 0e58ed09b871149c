/** A disk that is really full: a small tmpfs in a mount namespace of its own, which needs root on Linux. */
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "./data-directory.ts";

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => directory.remove());

function canMount(): boolean {
  try {
    execFileSync("unshare", ["-m", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    if (process.env.CI === "true") throw new Error("the full-disk tests need root and unshare(1)");
    console.log("skipped: the full-disk tests need root and unshare(1)");
    return false;
  }
}

const mountable = canMount();

/** Runs a command with a tmpfs of its own on the temporary directory. */
async function onTmpfs(options: string, command: readonly string[]): Promise<string> {
  const script = `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`;
  const { stdout } = await promisify(execFile)("unshare", [
    "-m",
    "sh",
    "-c",
    script,
    directory.path,
    ...command,
  ]);
  return stdout;
}

test.skipIf(!mountable)(
  "[P7.4] a full disk refuses snapshots first, then appends, loses nothing, and is over when space is back",
  async () => {
    const child = path.join(import.meta.dirname, "full-disk-child.ts");
    const result = JSON.parse(await onTmpfs("size=4m", [process.execPath, child, directory.path]));
    expect(result).toEqual({
      first: { snapshot: "store/full", again: "store/full", create: "store/full" },
      played: expect.any(Number),
      refused: "store/full",
      refusedAgain: "store/full",
      after: { append: "ok", snapshot: "ok", create: "ok" },
      whole: true,
      lost: 0,
    });
    // The log had room in files that were made before.
    expect(result.played).toBeGreaterThan(20);
  },
);

test.skipIf(!mountable)("[P7] a volume mounted read-only is named as not writable", async () => {
  const opener = path.join(import.meta.dirname, "data-lock-child.ts");
  const failure = await onTmpfs("ro", [process.execPath, opener, path.join(directory.path, "data")]).catch(
    (error: { stderr: string }) => error.stderr,
  );
  expect(failure).toContain("store/not-writable");
  expect(failure).toContain(path.join(directory.path, "data"));
  expect(fs.readdirSync(directory.path)).toEqual([]);
});
