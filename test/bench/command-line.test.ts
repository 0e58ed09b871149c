/** `npm run bench` as a process: what it refuses, before it starts anything. */
import { execFile } from "node:child_process";
import { expect, it } from "vitest";

it.each([
  ["nothing to measure", [], 'unknown: ""'],
  ["a subject that it does not know", ["speed"], 'unknown: "speed"'],
  ["an unknown flag", ["durability", "--fast"], "there is no flag --fast"],
  ["a game where another one means nothing", ["peers", "--game", "hands"], "peers takes no --games, --game"],
])("npm run bench refuses %s", async (_what, argv, message) => {
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, ["client-sim/bench.ts", ...argv], (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
