/** The fingerprint of the files that a game is written in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtInGames, loadGames } from "../server/games.ts";
import { rulesFingerprint } from "../server/rules-files.ts";
import { fingerprintOf } from "../shared/game/fingerprint.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-rules-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const entry = () => join(folder, "games.ts");
const fingerprint = () => rulesFingerprint(pathToFileURL(entry()).href);

const game = new URL("../shared/games/hands/game.ts", import.meta.url).href;

function writeGame(): void {
  write("package.json", '{"type":"module"}');
  write(
    "games.ts",
    `import { hands } from ${JSON.stringify(game)};
    import { worth } from "./rules/worth.ts";
    export * from "./rules/more.ts";
    export const games = [{ ...hands, name: "mine" + worth }];`,
  );
  write("rules/worth.ts", 'import "../node_modules/dice/dice.js";\nexport const worth: number = 1;');
  write("rules/more.ts", 'import data from "./data.json" with { type: "json" };\nexport { data };');
  write("rules/data.json", "[1]");
  write("node_modules/dice/dice.js", "1;");
}

test("[P7.13] it is another one when any file of the rules is, and the same when none is", () => {
  writeGame();
  const first = fingerprint();
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  write("unrelated.ts", "1;");
  write("node_modules/dice/dice.js", "2;");
  write("rules/worth.ts", 'import "../node_modules/dice/dice.js";\r\nexport const worth: number = 1;');
  expect(fingerprint()).toBe(first);
  write("rules/data.json", "[2]");
  const second = fingerprint();
  expect(second).not.toBe(first);
  write("rules/worth.ts", "export const worth: number = 2;");
  expect([first, second]).not.toContain(fingerprint());
});

test("files that import each other, or nothing that is there, end", () => {
  write("games.ts", 'import "./other.ts"; import "./games.ts"; import "./nowhere.ts";');
  write("other.ts", 'export * from "./games.ts"; // from "./a/b"');
  expect(fingerprint()).toMatch(/^[0-9a-f]{12}$/);
  expect(rulesFingerprint(pathToFileURL(join(folder, "none.ts")).href)).toBeUndefined();
});

test("[P7.13] games that are loaded have it", async () => {
  writeGame();
  const games = await loadGames(entry());
  expect(games.map(fingerprintOf)).toEqual([fingerprint()]);
});

test("the built-in games have one", async () => {
  await loadGames("built-in");
  expect(builtInGames.map(fingerprintOf)).toEqual(
    builtInGames.map(() => expect.stringMatching(/^[0-9a-f]{12}$/)),
  );
});
