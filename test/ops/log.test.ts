/** The log as another process writes it (levels, flush at exit) and as a person reads it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readableLogLine } from "../../server/ops/log.ts";
import { printable } from "../../server/ops/printable.ts";

const logModule = join(import.meta.dirname, "../../server/ops/log.ts");

function logged(script: string): Record<string, unknown>[] {
  const source = `import { openLog } from ${JSON.stringify(logModule)};\n${script}`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" });
  return stderr
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test("lines are JSON on standard error, without the name of the machine, flushed at exit", () => {
  const lines = logged(`openLog("info").warn({ match: "m1" }, "slow"); process.exit(0);`);
  expect(lines).toEqual([
    {
      level: 40,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      pid: expect.any(Number),
      match: "m1",
      msg: "slow",
    },
  ]);
});

test("[P7] an error that cannot be looked at is logged as one, and ends nothing", () => {
  const trap = `Object.defineProperty(new Error("first"), "detail", { enumerable: true, get() { throw new Error("trap"); } })`;
  const lines = logged(`const log = openLog("warn"); log.warn({ error: ${trap} }, "one"); log.warn("two");`);
  expect(lines.map(({ msg }) => msg)).toEqual(["one", "two"]);
  expect(lines[0]!.error).toMatchObject({ message: expect.any(String) });
});

test("what is below the level is not written", () => {
  const lines = logged(`const log = openLog("warn"); log.info("no"); log.warn("yes"); log.error("yes");`);
  expect(lines.map((line) => line.msg)).toEqual(["yes", "yes"]);
});

test("a line for a person: time, level, message, fields, stack", () => {
  const line = { level: 50, time: "2026-11-23T10:11:12.345Z", pid: 1, match: "m1", msg: "stopped" };
  expect(readableLogLine(JSON.stringify(line))).toBe('10:11:12 ERROR stopped match="m1"');
  const withStack = { ...line, err: { stack: "Error: x\n    at y" } };
  expect(readableLogLine(JSON.stringify(withStack))).toBe(
    '10:11:12 ERROR stopped match="m1"\nError: x\n    at y',
  );
});

test("what a client wrote moves no cursor and turns no line around", () => {
  const line = {
    level: 40,
    time: "2026-11-23T10:11:12.345Z",
    pid: 1,
    name: "\u009b2J\u202eevil",
    msg: "no\u001b[2J\nme",
  };
  expect(readableLogLine(JSON.stringify(line))).toBe(
    '10:11:12 WARN  no\\u001b[2J\\u000ame name="\\u009b2J\\u202eevil"',
  );
  expect(printable("Zoë 你好\n👍", { lines: true })).toBe("Zoë 你好\n👍");
  expect(JSON.parse(printable(JSON.stringify({ name: "\u009b\u2028" })))).toEqual({ name: "\u009b\u2028" });
});

test.each(["Error: boom", "{ not json", '{"a":1}', ""])(
  "what is no log line comes back as it is: %j",
  (line) => {
    expect(readableLogLine(line)).toBe(line);
  },
);
