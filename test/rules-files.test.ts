/** The fingerprint of the files that a game is written in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { builtInGames, loadGames } from "../server/games.ts";
import { rulesFingerprint } from "../server/rules-files.ts";
import { defineGame } from "../shared/game/define-game.ts";
import { fingerprintOf } from "../shared/game/fingerprint.ts";
import type { AnyGame } from "../shared/game/game.ts";
import { u8 } from "../shared/game/view/scalars.ts";

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

test("[P7.13] a game that a program brings has that of its own functions, also through `defineGame`", async () => {
  const made = (step: (world: { n: number }) => void, more: object = {}) =>
    defineGame({
      ...{ name: "brought", version: 1, tickRate: 10, seats: [1, 2], options: z.object({}) },
      view: { n: u8 },
      create: () => ({ n: 0 }),
      step,
      see: ({ n }) => ({ n }),
      ...more,
    });
  const of = async (game: AnyGame) => fingerprintOf((await loadGames("built-in", [game]))[0]!);
  const one = () =>
    made((world) => {
      world.n += 1;
    });
  const first = await of(one());
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  expect(await of(one())).toBe(first);
  const two = made((world) => {
    world.n += 2;
  });
  expect(await of(two)).not.toBe(first);
  expect(await of(made(() => {}, { outcome: () => undefined }))).not.toBe(await of(made(() => {})));
  // What is only shown is no rule.
  expect(await of(made(() => {}, { brain: () => ({}) }))).toBe(await of(made(() => {})));
  const byHand = { ...made(() => {}), step: () => [] };
  expect(await of(byHand)).not.toBe(await of({ ...byHand, step: () => [{ ok: true }] }));
});
