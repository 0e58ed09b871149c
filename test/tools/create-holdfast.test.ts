/** `npm create holdfast` before it installs anything: what it writes, what it refuses. The rest tries test/e2e/package.test.ts. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "holdfast-create-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function create(...args: string[]) {
  const command = [join(root, "create-holdfast", "create.mjs"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: directory,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

test("it writes a game that is named after its folder and uses the Holdfast of the same version", () => {
  expect(create("My Game", "--no-install")).toMatchObject({ status: 0, stderr: "" });
  const folder = join(directory, "My Game");
  const { name, dependencies } = json(folder, "package.json");
  expect(name).toBe("my-game");
  expect(dependencies.holdfast).toBe(`^${json(root, "package.json").version}`);
  expect(json(root, "create-holdfast", "package.json").version).toBe(json(root, "package.json").version);
  expect(readFileSync(join(folder, "web", "index.html"), "utf8")).toContain("<title>my-game</title>");
  for (const file of [".gitignore", "game/duel-pong.ts", "bot/bot.ts", "test/duel-pong.test.ts", "README.md"])
    expect(existsSync(join(folder, file)), file).toBe(true);
});

test("a new game gets the versions of the packages that Holdfast is tested with", () => {
  const { dependencies, devDependencies } = json(root, "create-holdfast", "template", "package.json");
  const tested = {
    ...json(root, "package.json").dependencies,
    ...json(root, "package.json").devDependencies,
  };
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies }))
    if (name !== "holdfast") expect(range, name).toBe(`^${tested[name]}`);
});

test("[P7] what exists stays as it is", () => {
  const folder = join(directory, "mine");
  mkdirSync(folder);
  writeFileSync(join(folder, "notes"), "mine");
  const { status, stderr } = create("mine");
  expect([status, stderr]).toEqual([1, expect.stringContaining("is there already, and not empty")]);
});

test.each([
  [[], /name one folder/],
  [["a", "b"], /name one folder/],
  [["a", "--frob"], /what is --frob/],
])("[P7] %j is refused with how to call it", (args, message) => {
  const { status, stderr } = create(...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).toContain("npm create holdfast <folder>");
});

test("rules and View of the game together are 60 lines", () => {
  const text = readFileSync(join(root, "create-holdfast", "template", "game", "duel-pong.ts"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !/^ *(\/\*\*|\/\/|import )/.test(line));
  expect(lines.length).toBeLessThanOrEqual(60);
});
