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
  ["a module that throws no error", () => module("text.mjs", "throw 'oh'"), /cannot be loaded: oh/],
  ["a game of nothing", () => module("null.mjs", "export const games = [null]"), /no `name`/],
  ["a wrong tick rate", () => spoilt("tickRate: 0"), /`tickRate` of the game "arena" is not a whole number/],
  ["a name that is no name", () => spoilt("name: 'a b'"), /`name` of the game "a b" is not of a-z/],
  ["a step that is none", () => spoilt("step: 1"), /`step` of the game "arena" is not a function/],
  ["options without a schema", () => spoilt("options: {}"), /`options` of the game "arena" is not a schema/],
  ["more seats at least than at most", () => spoilt("seats: { min: 3, max: 2 }"), /`seats`/],
  [
    "a part for one viewer without a field for it",
    () => spoilt("view: { ...arena.view, own: { ...arena.view, field: 'nowhere' } }"),
    /its `own` or `sight` is none of a field/,
  ],
  ["two games of one name", () => spoilt("}, { ...arena"), /two games are named "arena"/],
])("[P7] %s ends the start for good, with the file and the reason", async (_what, path, message) => {
  const refused = await loadGames(path()).catch((error) => error);
  expect(refused).toMatchObject({ code: "game/invalid", message: expect.stringMatching(message) });
  expect(refused.message).toContain(directory);
});

/** The arena with something in it replaced. */
function spoilt(part: string): string {
  const arena = new URL("../shared/games/arena/game.ts", import.meta.url).href;
  const source = `import { arena } from ${JSON.stringify(arena)}; export const games = [{ ...arena, ${part} }];`;
  return module(`spoilt-${part.replaceAll(/\W/g, "")}.mjs`, source);
}
