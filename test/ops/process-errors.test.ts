/** The last resort in a real process: which one lives, which one ends, with which code and which last words. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "process-errors-child.ts"), ...args]);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "exit");
  const [out, error] = await said;
  return { code, out, error };
}

test.each(["a promise", "an event", "an interval"])(
  "[P6] %s that fails ends nothing, and is in the log",
  async (wrong) => {
    const { code, out, error } = await run(wrong);
    expect({ code, out, error }).toMatchObject({ code: 0, out: "lives\n" });
    const lines = error.trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: 50,
      id: expect.any(String),
      error: { stack: expect.any(String) },
    });
  },
);

test("[P2] the tick that fails ends the process with 70, its stack in the log and its last words behind it", async () => {
  const { code, out, error } = await run("the tick");
  expect({ code, out }).toEqual({ code: 70, out: "" });
  expect(error).toContain('"level":60');
  expect(error.trim().split("\n").at(-1)).toMatch(
    /^holdfast: an uncaught error \(vital-work, id \w{8}\): .*of the tick/,
  );
});

test("[P7] what fails while a process starts ends it with 1", async () => {
  expect(await run("a promise", "starting")).toMatchObject({ code: 1, out: "" });
});
