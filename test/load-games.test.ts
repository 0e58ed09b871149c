/** Which games a server runs: the built-in ones, or those of a module that somebody wrote. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schema, t } from "@colyseus/schema";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { builtInGames, loadBrought, loadGames } from "../server/games.ts";

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

test("a game that does not say how often it sends patches sends the usual number, and is otherwise what it was", async () => {
  const [arena] = builtInGames;
  const path = spoilt("patchRate: undefined, tickRate: 12");
  const [game] = await loadGames(path);
  expect(game).toEqual({ ...arena, tickRate: 12, patchRate: 12 });
  expect(
    await loadGames("built-in", [Object.freeze({ ...arena!, patchRate: undefined as never })]),
  ).toMatchObject([{ patchRate: 20 }]);
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
  [
    "more seats at least than at most",
    () => spoilt("seats: { min: 3, max: 2 }"),
    /`seats` of the game "arena"/,
  ],
  ["more seats than a record can name", () => spoilt("seats: { min: 1, max: 257 }"), /`seats`.*at most 256/],
  ["too many ticks", () => spoilt("tickRate: 240"), /`tickRate` .* not a whole number from 1 to 128/],
  ["more patches than ticks", () => spoilt("patchRate: 31"), /`patchRate` .* from 1 to its `tickRate`/],
  [
    "no patches",
    () => spoilt("patchRate: 0"),
    /`patchRate` of the game "arena" is not a whole number from 1/,
  ],
  [
    "inputs that nobody numbers",
    () => spoilt("input: {}"),
    /`input.seq` of the game "arena" is not \{ type: "uint32"/,
  ],
  [
    "an input of no type",
    () => spoilt(`input: { ...arena.input, x: { type: "float" } }`),
    /`input.x` .*of int8, uint8/,
  ],
  [
    "an input beyond its type",
    () => spoilt(`input: { ...arena.input, x: { type: "uint8", min: 0, max: 256 } }`),
    /`input.x` of the game "arena" is not within 0 to 255/,
  ],
  [
    "a command without a schema",
    () => spoilt("commands: { go: 1 }"),
    /`commands\["go"\]` .* is not a schema/,
  ],
  ["a migrate that is none", () => spoilt("migrate: {}"), /`migrate` of the game "arena" is not a function/],
  [
    "a View that nobody can read",
    () => spoiltView("read: 1"),
    /`view.read` of the game "arena" is not a function/,
  ],
  [
    "a part for one viewer without a field for it",
    () => spoiltView("own: { ...arena.view, field: 'nowhere' }"),
    /`view.own` of the game "arena" is not a part of a View, with a `field`/,
  ],
  [
    "a write that throws for a World that nobody has played",
    () => spoiltView("write() { throw new Error('oh') }"),
    /the View of the game "arena" cannot be sent: `view.write` failed with "oh"/,
  ],
  [
    "a read that relies on what has not come yet",
    () => spoiltView("read: (view) => ({ first: view.players.get('0').name })"),
    /cannot be sent: `view.read` of a View of which nothing is known yet failed/,
  ],
  [
    "options that make no World",
    () => spoilt("create() { throw new Error('no') }"),
    /cannot be sent: `create` failed with "no"/,
  ],
  [
    "a part that nobody reads",
    () => spoilt("whenempty: 'sleep'"),
    /the game "arena" has a part `whenempty`, which means nothing; did you mean `whenEmpty`\?/,
  ],
  [
    "a part that is like none",
    () => spoilt("colour: 'red'"),
    /the game "arena" has a part `colour`, .*; there are name, version/,
  ],
  [
    "an ask with a part that nobody reads",
    () => spoilt("asks: { go: { answer: arena.options, timeout: 3 } }"),
    /`asks.go` of the game "arena" is not an ask: it has a part `timeout`/,
  ],
  [
    "a delay that is a text",
    () => spoilt("spectators: { delaySeconds: '3' }"),
    /`spectators` .* is not \{ delaySeconds/,
  ],
  [
    "a wakeAt that is a text",
    () => spoilt("rate: 'events', wakeAt: 'x'"),
    /`wakeAt` of the game "arena" is not a function/,
  ],
  ["two games of one name", () => spoilt("}, { ...arena"), /two games are named "arena"/],
])(
  "[P7.8] %s ends the start for good, with the file, the game and the reason",
  async (_what, path, message) => {
    const refused = await loadGames(path()).catch((error) => error);
    expect(refused).toMatchObject({ code: "game/invalid", message: expect.stringMatching(message) });
    expect(refused.message).toContain(directory);
  },
);

/** The arena with something in it replaced. */
function spoilt(part: string): string {
  const arena = new URL("../shared/games/arena/game.ts", import.meta.url).href;
  const source = `import { arena } from ${JSON.stringify(arena)}; export const games = [{ ...arena, ${part} }];`;
  return module(`spoilt-${part.replaceAll(/\W/g, "")}.mjs`, source);
}

function spoiltView(part: string): string {
  return spoilt(`view: { ...arena.view, ${part} }`);
}

test("[P7.8] a View with Colyseus' own tags is refused by name, before its first match", async () => {
  const Tagged = schema({ open: t.uint8(), secret: t.uint8().view() }, "TaggedView");
  const tagged = {
    ...builtInGames[0]!,
    name: "tagged",
    view: { create: () => new Tagged(), write: () => {}, read: () => 0, of: () => 0 },
  };
  await expect(loadGames("built-in", [tagged])).rejects.toMatchObject({
    code: "game/invalid",
    message: expect.stringMatching(
      /the View of the game "tagged" cannot be sent: it uses Colyseus' own `view\(\)`/,
    ),
  });
});

test("[P7.8] a View that the schema package cannot hold is refused, and one whose options have no defaults is let in", async () => {
  const of = (fields: object, options: object) => ({
    ...builtInGames[0]!,
    ...{ name: "odd", options, create: () => ({}) },
    view: {
      create: () => new (schema(fields as never, "OddView"))(),
      write: (view: { count: unknown }) => {
        view.count = "three";
      },
      read: () => 0,
      of: () => 0,
    },
  });
  const hasDefaults = of({ count: t.uint8() }, z.object({}));
  const hasNone = of({ count: t.uint8() }, z.object({ goal: z.int() }));
  await expect(loadGames("built-in", [hasDefaults as never])).rejects.toThrow(
    /`view.write` failed with .*'number'/,
  );
  expect(await loadGames("built-in", [hasNone as never])).toHaveLength(1);
});

const asking = { ...builtInGames[0]!, name: "asking", asks: { profile: { answer: z.int() } } };
const profile = () => 7;

test.each([
  [
    "an ask without a schema",
    { profile: {} },
    {},
    /`asks.profile.answer` of the game "asking" is not a schema/,
  ],
  [
    "an ask that waits for ever",
    { profile: { answer: z.int(), timeoutSeconds: Number.POSITIVE_INFINITY } },
    {},
    /`asks.profile.timeoutSeconds` .* more than 0 and at most 604800/,
  ],
  ["an ask without a handler", asking.asks, {}, /the ask "profile" of the game "asking" has no handler/],
  [
    "a handler that is none",
    asking.asks,
    { asking: { profile: 7 } },
    /the handler of "profile" of the game "asking" is not a function/,
  ],
  [
    "a handler without an ask",
    asking.asks,
    { asking: { profile, profil: profile } },
    /the handler of "profil" has no ask in the game "asking"/,
  ],
  ["handlers of another game", asking.asks, { arena: {} }, /some for "arena", which is none of the games/],
])("[P7.8] %s is refused before the first match", async (_what, asks, handlers, message) => {
  await expect(
    loadBrought("built-in", { games: [{ ...asking, asks: asks as never }], handlers: handlers as never }),
  ).rejects.toMatchObject({ code: "game/invalid", message: expect.stringMatching(message) });
});

test("handlers come with the games that ask, and programs that run no match need none", async () => {
  const handlers = { asking: { profile } };
  expect(await loadBrought("built-in", { games: [asking], handlers })).toEqual({ games: [asking], handlers });
  expect(await loadGames("built-in", [asking])).toEqual([asking]);
  const game = new URL("./docs/shop-game.ts", import.meta.url).href;
  const path = module(
    "asks.mjs",
    `export { shop } from ${JSON.stringify(game)}; import { shop } from ${JSON.stringify(game)};
     const answer = () => null;
     export const games = [shop]; export const handlers = { shop: { profile: answer, buy: answer, save: answer } };`,
  );
  expect(Object.keys((await loadBrought(path)).handlers["shop"]!)).toEqual(["profile", "buy", "save"]);
});
