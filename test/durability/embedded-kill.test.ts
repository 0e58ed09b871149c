/** A real SIGKILL of a process that appends: every record that it reported as acknowledged must be there. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DurabilityLevel } from "../../server/durability/store.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { marks } from "../contracts/records.ts";
import { matchIds } from "./appending-child.ts";
import { planOf, temporaryDirectory } from "./data-directory.ts";

const childFile = path.join(import.meta.dirname, "appending-child.ts");
let directory: ReturnType<typeof temporaryDirectory>;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => {
  child?.kill("SIGKILL");
  directory.remove();
});

/** Starts a child, kills it once it has acknowledged `lines` ticks; answers with all that it acknowledged. */
async function appendUntilKilled(level: DurabilityLevel, lines: number): Promise<string[]> {
  child = spawn(process.execPath, [childFile, directory.path, level], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const acknowledged: string[] = [];
  for await (const line of readline.createInterface({ input: child.stdout! })) {
    acknowledged.push(line);
    if (acknowledged.length === lines) child.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
  return acknowledged;
}

test.each<DurabilityLevel>(["machine", "process"])(
  "[P2.9] level %s: every acknowledged record survives three SIGKILLs in a row, each owner going on from the last",
  async (level) => {
    const acknowledged: string[] = [];
    for (const lines of [37, 180, 333]) {
      acknowledged.push(...(await appendUntilKilled(level, lines)));

      const reader = await openEmbeddedStore({ path: directory.path, level, readOnly: true });
      for (const id of matchIds) {
        const plan = await planOf(reader, id);
        if (plan.kind === "set-aside") expect.fail(`${id}: ${plan.code} ${plan.reason}`);
        const whole = new Set(marks((await reader.load(id)).records));
        expect(acknowledged.filter((line) => !whole.has(line))).toEqual([]);
        expect(plan.lastTick).toBeGreaterThanOrEqual(Number(acknowledged.at(-1)!.split(":")[1]));
      }
      await reader.close();
    }
  },
);
