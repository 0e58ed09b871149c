/** Children whose parent dies: they end with it, whatever their log still waits for, and none is left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** @param path under the root of the repository @param before flags of Node */
function child(path: string, args: readonly string[] = [], before: readonly string[] = []): ChildProcess {
  const started = spawn(process.execPath, [...before, join(import.meta.dirname, "../..", path), ...args], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  running.push(started);
  return started;
}

/** Loads nothing else before it has heard of its parent's end. */
const orphaned = "await new Promise((resolve) => process.once('disconnect', resolve))";

test("[P3.7] a child whose parent is killed ends, also when its last lines have no reader any more", async () => {
  const started = child("test/ops/parent-child.ts");
  await once(started, "message");
  // What the kernel does for a parent that is killed: first the log has no reader, then the channel has no end.
  started.stderr!.destroy();
  await once(started.stderr!, "close");
  const ended = once(started, "exit");
  started.disconnect();
  expect(await ended).toEqual([null, "SIGKILL"]);
});

test.each([
  ["a child", "test/ops/parent-child.ts"],
  ["the bots beside a server", "client-sim/bots.ts", "--house"],
])("[P3.7] %s whose parent died while it was loading ends by itself", async (_, path, ...args) => {
  const started = child(path, args, ["--import", `data:text/javascript,${orphaned}`]);
  const ended = once(started, "exit");
  started.disconnect();
  expect(await ended).toEqual([0, null]);
});
