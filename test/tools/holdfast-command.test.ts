/**
 * The command `holdfast`: it finds the program of each command, names what it does not know, and says on an old Node
 * which one is needed and where to get it. What the installed package does, test/e2e/package.test.ts tries.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const holdfast = (...args: string[]) => command(join(root, "bin", "holdfast.mjs"), args);

function command(path: string, args: readonly string[], cwd = root) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** By its name: the source of its program. */
const programs = [...read("bin/holdfast.mjs").matchAll(/^ {2}(\w+): \["([\w/-]+\.ts)"/gm)].map(
  ([, name, source]) => [name!, source!] as const,
);

test("without a command it lists them, and how to bring games of one's own", () => {
  const { status, stdout } = holdfast("--help");
  expect(status).toBe(0);
  for (const [name] of programs) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  expect(stdout).toContain("--games FILE");
  expect(holdfast()).toEqual({ status: 0, stdout, stderr: "" });
});

test("[P7] a command that does not exist is named, with those that do", () => {
  const { status, stderr } = holdfast("strat");
  expect(status).toBe(2);
  expect(stderr).toMatch(/^holdfast: there is no command "strat"\.[\s\S]*start/);
});

test("every command has its program, here and in what is built", () => {
  const { files } = JSON.parse(read("tsconfig.build.json")) as { files: string[] };
  expect(programs.length).toBeGreaterThan(9);
  expect(programs.filter(([, source]) => !existsSync(join(root, source)) || !files.includes(source))).toEqual(
    [],
  );
});

test("every script of package.json that plays or serves is a command", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const called = Object.values(scripts).flatMap(
    (script) => /^node bin\/holdfast\.mjs (\w+)$/.exec(script)?.[1] ?? [],
  );
  expect(called.toSorted()).toEqual(programs.map(([name]) => name).toSorted());
});

describe("installed", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "holdfast-command-"));
    mkdirSync(join(directory, "bin"));
    mkdirSync(join(directory, "dist", "server"), { recursive: true });
    for (const name of ["holdfast.mjs", "launch.mjs"])
      copyFileSync(join(root, "bin", name), join(directory, "bin", name));
    writeFileSync(
      join(directory, "dist", "server", "main.js"),
      "console.log(process.argv[1], ...process.argv.slice(2))",
    );
    writeFileSync(join(directory, "dist", "package.json"), '{"type":"module"}');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const needing = (node: string) =>
    writeFileSync(join(directory, "package.json"), JSON.stringify({ version: "1.2.3", engines: { node } }));
  const start = () => command(join(directory, "bin", "holdfast.mjs"), ["start", "--port", "0"], directory);
  const program = () => `${join(directory, "dist", "server", "main.js")} --port 0\n`;

  test("it runs what was built", () => {
    needing(">=26");
    expect(start()).toEqual({ status: 0, stdout: program(), stderr: "" });
  });

  test("[P7] on a Node that is too old it says which one it needs, and how to get it", () => {
    needing(">=999");
    const { status, stdout, stderr } = start();
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/this is Node \d+.*needs 999 or newer[\s\S]*npm install --save-dev node@999/);
  });

  test("on a Node that is too old it takes the one that was installed beside it", () => {
    needing(">=999");
    const installed = join(directory, "node_modules", "node");
    mkdirSync(join(installed, "bin"), { recursive: true });
    writeFileSync(join(installed, "package.json"), '{"version":"999.1.0"}');
    symlinkSync(process.execPath, join(installed, "bin", "node"));
    expect(start()).toEqual({ status: 0, stdout: program(), stderr: "" });
  });
});
