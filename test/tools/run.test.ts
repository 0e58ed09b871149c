/**
 * What every command of package.json begins with: arguments, exit code and signals of the script are those of the
 * command, in this very process on the right Node, and in one of its own on another. The install is not part of it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const script = `
process.once("SIGTERM", () => process.exit(7));
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), main: process.argv[1] }));
if (process.argv[2] === "exit") process.exitCode = 3;
else setInterval(() => {}, 1000);
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "holdfast-run-"));
  mkdirSync(join(directory, "tools"));
  mkdirSync(join(directory, "bin"));
  mkdirSync(join(directory, "node_modules", "node", "bin"), { recursive: true });
  symlinkSync(process.execPath, join(directory, "node_modules", "node", "bin", "node"));
  for (const path of ["tools/run.mjs", "bin/launch.mjs"])
    copyFileSync(join(root, path), join(directory, path));
  writeFileSync(join(directory, "tools", "ensure-install.mjs"), "");
  writeFileSync(join(directory, "script.mjs"), script);
});
afterAll(() => rmSync(directory, { recursive: true }));

function writePackage(version: string): void {
  const declared = { devDependencies: { node: version } };
  writeFileSync(join(directory, "package.json"), JSON.stringify(declared));
}

async function run(version: string, ...args: readonly string[]) {
  writePackage(version);
  const command = [join(directory, "tools", "run.mjs"), "script.mjs", ...args];
  const child: ChildProcess = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const end = once(child, "exit");
  const [line] = await once(createInterface({ input: child.stdout! }), "line");
  return { child, end, said: JSON.parse(line) as { pid: number; args: string[]; main: string } };
}

const versions = [
  ["the Node of package.json", process.versions.node, true],
  ["another Node", "0.0.1", false],
] as const;

describe.each(versions)("on %s", (_which, version, isSame) => {
  test("arguments go in and the exit code comes out", async () => {
    const { child, end, said } = await run(version, "exit", "two words", "--flag=$HOME");
    expect(said.args).toEqual(["exit", "two words", "--flag=$HOME"]);
    expect(said.main).toBe(join(directory, "script.mjs"));
    expect(said.pid === child.pid).toBe(isSame);
    expect(await end).toEqual([3, null]);
  });

  test("a signal reaches the script, and its answer is the command's", async () => {
    const { child, end } = await run(version);
    child.kill("SIGTERM");
    expect(await end).toEqual([7, null]);
  });

  test("a script that was killed is a command that was killed", async () => {
    const { end, said } = await run(version);
    process.kill(said.pid, "SIGKILL");
    expect(await end).toEqual([null, "SIGKILL"]);
  });
});

test.skipIf(process.platform === "win32")(
  "a command whose shell is ended under npm ends in order too",
  async () => {
    writePackage(process.versions.node);
    const command = `"${process.execPath}" "${join(directory, "tools", "run.mjs")}" script.mjs; echo over`;
    const env = { ...process.env, npm_lifecycle_event: "start" };
    const shell = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "inherit"], env });
    await once(createInterface({ input: shell.stdout! }), "line");
    shell.kill("SIGTERM");
    // The script has the other end of the pipe for as long as it lives.
    await once(shell, "close");
    expect(shell.signalCode).toBe("SIGTERM");
  },
);

test("no command of package.json needs a POSIX shell", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const command of Object.values(scripts)) {
    expect(command).not.toMatch(/\bexec\b|[$'"`;|]|\.bin\//);
  }
});
