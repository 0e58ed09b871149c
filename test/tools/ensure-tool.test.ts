/**
 * Finding and installing tools, with a made-up apt-get on a made-up path: it "installs" by making a command,
 * and keeps a list of its calls.
 */
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureTool, type Machine } from "../../tools/ensure-tool.ts";

const realCommands = ["flock", "sh", "chmod", "timeout", "grep", "rm"];
/** Where the system is not of Debian's kind, nothing is installed and there is nothing to test. */
const installing = test.skipIf(realCommands.some((command) => !existsSync(`/usr/bin/${command}`)));

let folder: string;
let machine: Machine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-tool-"));
  await mkdir(join(folder, "bin"));
  // Only these from the real system, so that a tool that this machine has is not found.
  for (const command of realCommands) await symlink(`/usr/bin/${command}`, join(folder, "bin", command));
  machine = {
    env: { PATH: join(folder, "bin"), FOLDER: folder },
    root: true,
    policyFile: join(folder, "policy-rc.d"),
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function command(name: string, script = ""): Promise<string> {
  const path = join(folder, "bin", name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Installs when it has fetched its lists, or at once when told that it has them. */
const aptGet = (listsThere: boolean) =>
  command(
    "apt-get",
    `echo "$*" >> "$FOLDER/calls"
     sh "$FOLDER/policy-rc.d"; echo "$?" > "$FOLDER/services"
     case "$*" in
       *update*) : > "$FOLDER/lists" ;;
       *install*) [ -e "$FOLDER/lists" ] || ${listsThere} || { echo "E: Unable to locate package" >&2; exit 100; }
         : > "$FOLDER/bin/redis-server"; chmod +x "$FOLDER/bin/redis-server" ;;
     esac`,
  );

async function calls(): Promise<string[]> {
  const text = await readFile(join(folder, "calls"), "utf8").catch(() => "");
  return text.split("\n").filter(Boolean);
}

const installed = { ok: true, path: expect.stringMatching(/bin\/redis-server$/) };

test("a tool on the path is not installed", async () => {
  await aptGet(true);
  const path = await command("valkey-server");
  expect(await ensureTool("redis-server", machine)).toEqual({ ok: true, path });
  expect(await calls()).toEqual([]);
});

installing("root on Debian: it is installed, the lists are fetched only when they are missing", async () => {
  await aptGet(true);
  expect(await ensureTool("redis-server", machine)).toEqual(installed);
  expect(await calls()).toHaveLength(1);
});

installing("a package that brings a service is installed without starting it", async () => {
  await aptGet(true);
  await ensureTool("redis-server", machine);
  expect(await readFile(join(folder, "services"), "utf8")).toBe("101\n");
  expect(existsSync(machine.policyFile)).toBe(false);
});

installing("what the administrator says about services stays as it is", async () => {
  await aptGet(true);
  await writeFile(machine.policyFile, "#!/bin/sh\nexit 104\n");
  await ensureTool("redis-server", machine);
  expect(await readFile(machine.policyFile, "utf8")).toContain("exit 104");
});

installing("missing package lists are fetched", async () => {
  await aptGet(false);
  expect(await ensureTool("redis-server", machine)).toEqual(installed);
  expect((await calls()).map((call) => call.match(/update|install /)?.[0])).toEqual([
    "install ",
    "update",
    "install ",
  ]);
});

installing("two at once: one installs, the other waits and finds it", async () => {
  await aptGet(true);
  const both = await Promise.all([ensureTool("redis-server", machine), ensureTool("redis-server", machine)]);
  expect(both).toEqual([installed, installed]);
  expect(await calls()).toHaveLength(1);
});

test("who is not root gets one line that says what to install", async () => {
  await aptGet(true);
  const result = await ensureTool("chromium", { ...machine, root: false });
  expect(result).toEqual({
    ok: false,
    hint: expect.stringMatching(/^chromium is missing: .*apt-get install chromium/),
  });
  expect(await calls()).toEqual([]);
});

test("so does a machine without apt-get", async () => {
  expect(await ensureTool("redis-server", machine)).toMatchObject({ ok: false });
});

installing("[P7] an install that fails says why, in one line", async () => {
  await command("apt-get", `echo "W: first" >&2; echo "E: no network" >&2; exit 100`);
  const result = await ensureTool("redis-server", machine);
  expect(result).toEqual({ ok: false, hint: expect.stringContaining("apt-get: E: no network") });
  expect(JSON.stringify(result)).not.toContain("\\n");
});
