/** Which games a server runs: the built-in ones, or those of a module that somebody wrote. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { builtInGames, loadGames } from "../server/games.ts";

const directory = mkdtempSync(join(tmpdir(), "holdfast-games-"));
afterAll(() => rmSync(directory, { recursive: true }));

function module(name: string, source: string): string {
  const path = join(directory, name);
  writeFileSync(path, source);
  return path;
}

test("without a module the built-in games run", async () => {
  expect(await loadGames("built-in")).toBe(builtInGames);
});

test("a module's games run instead", async () => {
  const arena = new URL("../shared/games/arena/game.ts", import.meta.url).href;
  const path = module(
    "mine.mjs",
    `import { arena } from ${JSON.stringify(arena)};
    export const games = [{ ...arena, name: "mine", version: 7 }];`,
  );
  expect(await loadGames(path)).toMatchObject([{ name: "mine", version: 7 }]);
});

test.each([
  ["no such file", () => join(directory, "nowhere.mjs"), /cannot be loaded/],
  ["a module that throws", () => module("throws.mjs", "throw new Error('oh')"), /cannot be loaded: oh/],
  ["no list", () => module("none.mjs", "export const game = {}"), /must export a list `games`/],
  ["an empty list", () => module("empty.mjs", "export const games = []"), /must export a list `games`/],
  [
    "half a game",
    () => module("half.mjs", "export const games = [{ name: 'x', version: 1 }]"),
    /no `tickRate`/,
  ],
])("[P7] %s stops the start with its reason", async (_what, path, message) => {
  await expect(loadGames(path())).rejects.toThrow(message);
});
