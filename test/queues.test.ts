/** The queues of a server, read at its start: the built-in ones, a file's, and every reason to refuse one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { builtInGames } from "../server/games.ts";
import { loadQueues } from "../server/queues.ts";
import { roomGame } from "../server/room/durable/room-world.ts";
import type { StoreError } from "../server/store-error.ts";
import type { AnyGame } from "../shared/game/game.ts";
import { temporaryDirectory } from "./durability/data-directory.ts";
import { tally } from "./match/tally.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** The arena, a game without bots for at most three, and a durable room. */
const games: readonly AnyGame[] = [...builtInGames, tally, roomGame("battle")];
const queue = { name: "duel", game: "arena", teams: 2, teamSize: 1, regions: ["eu"] };

function fileOf(content: unknown): string {
  const path = join(directory.path, "queues.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function refusal(setting: string): StoreError {
  try {
    loadQueues(setting, games);
  } catch (error) {
    return error as StoreError;
  }
  throw new Error("it must be refused");
}

test("the built-in queues are sound, and left out where their game is not", () => {
  expect([...loadQueues("built-in", games).keys()]).toEqual(["arena-duel", "arena-teams", "arena-all"]);
  expect(loadQueues("built-in", [tally]).size).toBe(0);
});

test("a file takes the place of all of them", () => {
  const queues = loadQueues(fileOf([queue, { ...queue, name: "tally", game: "tally" }]), games);
  expect([...queues.keys()]).toEqual(["duel", "tally"]);
  expect(queues.get("duel")).toMatchObject({ game: "arena", partySizeMax: 1, backfill: false });
});

test("[P8.14] a queue may name a durable room instead of a game, with options and bots as the room likes", () => {
  const { game: _, ...more } = { ...queue, room: "battle", botsAfterSeconds: 5, options: { map: "cave" } };
  const queues = loadQueues(fileOf([more]), games);
  expect(queues.get("duel")).toMatchObject({ game: "battle", isRoom: true, options: { map: "cave" } });
});

test.each<[string, unknown, RegExp]>([
  ["names a room as a game", [{ ...queue, game: "battle" }], /\(duel\): "battle" is a room: write `room`/],
  [
    "names a game as a room",
    [{ ...queue, game: undefined, room: "arena" }],
    /\(duel\): "arena" is a game: write `game`/,
  ],
  [
    "names a room that is not kept, or none",
    [{ ...queue, game: undefined, room: "lobby" }],
    /\(duel\): there is no durable room "lobby", only battle; a room that dies with its process has no queue/,
  ],
  ["names both", [{ ...queue, room: "battle" }], /\.game: either `game` or `room` says/],
  ["names neither", [{ ...queue, game: undefined }], /\.game: either `game` or `room` says/],
  ["is no JSON", "[{", /cannot be read as JSON/],
  ["is no list", { duel: queue }, /queues: .*array/],
  [
    "has a queue of an unknown game",
    [{ ...queue, game: "chess" }],
    /\(duel\): there is no game "chess", only arena, tally/,
  ],
  [
    "sets what only a server may, of a game that has nothing like it",
    [{ ...queue, serverOptions: { stake: 5 } }],
    /duel: arena has no serverOptions, so those of the queue mean nothing/,
  ],
  ["has two queues of one name", [queue, queue], /queues\[1\] \(duel\): an earlier queue has this name/],
  ["has a field that nobody knows", [{ ...queue, teamsize: 2 }], /queues\[0\]: .*"teamsize"/],
  ["has a name that is none", [{ ...queue, name: "The Duel" }], /queues\[0\]\.name: must be like/],
  ["has a match of one", [{ ...queue, teams: 1 }], /teamSize: a match needs at least two seats/],
  [
    "has more seats than the game",
    [{ ...queue, teams: 17 }],
    /duel: 17 seats, but a match of arena has at most 16/,
  ],
  ["has bots for a game without", [{ ...queue, game: "tally", botsAfterSeconds: 5 }], /tally has no bots/],
  [
    "has options that the game has not",
    [{ ...queue, options: { durationSeconds: 1 } }],
    /options are invalid for arena/,
  ],
  [
    "has parties larger than a side",
    [{ ...queue, partySizeMax: 2 }],
    /partySizeMax: is more than a team of 1/,
  ],
  [
    "has roles that are not a team",
    [{ ...queue, roles: { tank: 2 } }],
    /roles: add up to 2, a team has 1 seats/,
  ],
  [
    "has a limit that shrinks",
    [{ ...queue, unfairness: { start: 1, growPerSecond: 0, max: 0 } }],
    /max is below start/,
  ],
  ["has no region", [{ ...queue, regions: [] }], /queues\[0\]\.regions/],
])("[P7] a file that %s stops the start, and says why", (_what, content, words) => {
  const path = fileOf(content);
  const refused = refusal(path);
  expect(refused).toMatchObject({ name: "StoreError", code: "queue/invalid" });
  expect(refused.message).toContain(`--queues ${path}: `);
  expect(refused.message).toMatch(words);
});

test("[P7] a file that is not there stops the start; of two mistakes both are told", () => {
  expect(refusal(join(directory.path, "nothing.json")).message).toMatch(/cannot be read as JSON: ENOENT/);
  const two = [
    { ...queue, teams: 17 },
    { ...queue, name: "other", options: { scoreLimit: 0 } },
  ];
  expect(refusal(fileOf(two)).message).toMatch(/queue duel: 17 seats.*queue other: its options/s);
});
