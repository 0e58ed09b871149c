/**
 * Rooms as people have them, first as they are and then with the changed line: played over the loss of their process, and
 * compared with what every client had decoded. What had to be changed is in ported/, below each room.
 */
import { Room } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, roomOf, until } from "./losing.ts";
import { cardTable, DurableCardTable, type TableState } from "./ported/cards.ts";
import { type ChatState, chat, DurableChat } from "./ported/chat.ts";
import { DurableQuiz, type QuizState, quiz } from "./ported/quiz.ts";
import { DurableRelay, PlainRelay } from "./ported/relay.ts";
import { DurableRunners, type FieldState, runners } from "./ported/runners.ts";
import { DurableTicTacToe, type GridState, ticTacToe } from "./ported/tic-tac-toe.ts";
import { DurableTreasureHunt, type IslandState, treasureHunt } from "./ported/treasure.ts";

const plain = <State extends object>() => Room as unknown as new () => Room<{ state: State }>;

const plainRooms = {
  plainGrid: ticTacToe(plain<GridState>()),
  plainRunners: runners(plain<FieldState>()),
  plainHunt: treasureHunt(plain<IslandState>()),
  plainQuiz: quiz(plain<QuizState>()),
  plainRelay: PlainRelay,
  plainTable: cardTable(plain<TableState>()),
  plainChat: chat(plain<ChatState>()),
};
const durableRooms = {
  grid: DurableTicTacToe,
  runners: DurableRunners,
  hunt: DurableTreasureHunt,
  quiz: DurableQuiz,
  relay: DurableRelay,
  table: DurableCardTable,
  chat: DurableChat,
};

let server: RoomServer;
const losing = new Losing(() => server);

beforeAll(async () => {
  server = await openRooms({ seatGraceSeconds: 30 }, undefined, { ...plainRooms, ...durableRooms });
});

afterEach(() => losing.end());

afterAll(() => server.close());

const bothGrids = ["plainGrid", "grid"];

it.each(bothGrids)("noughts and crosses: two players play it in %s", async (name) => {
  const ada = await losing.join<GridState>(name);
  const ben = await losing.join<GridState>(name);
  await until(() => ada.room.state.turn).toBe(ben.id);
  for (const [player, cell] of [...entriesOf([ben, ada], [0, 3, 1, 4, 2])]) {
    player.room.send("move", cell);
    await until(() => ada.room.state.cells[cell]).not.toBe(0);
  }
  await until(() => ada.room.state.winner).toBe(ben.id);
});

function* entriesOf<Each>(players: readonly Each[], cells: readonly number[]): Generator<[Each, number]> {
  for (const [number, cell] of cells.entries()) yield [players[number % players.length]!, cell];
}

it("[P5.22] noughts and crosses goes on with its grid, its turn and the timer of the turn", async () => {
  const ada = await losing.join<GridState>("grid", {}, ["marks", "cells"]);
  const ben = await losing.join<GridState>("grid", {}, ["marks", "cells"]);
  const { roomId } = ada.room;
  await until(() => ada.room.state.turn).toBe(ben.id);
  ben.room.send("move", 4);
  await until(() => ada.room.state.turn).toBe(ada.id);
  await until(() => ben.sees).toEqual(ada.sees);
  const before = { sees: ada.sees, came: [...ada.came] };
  await losing.lose(roomId);
  expect(ada.sees).toEqual(before.sees);
  expect(ben.sees).toEqual(before.sees);
  expect(ada.came).toEqual(before.came);
  // The clock moves for one who thinks for too long: for Ada, who was asked before.
  const timer = roomOf<DurableTicTacToe & { timer(name: string): { elapsedTime: number; time: number } }>(
    roomId,
  ).timer("moveForThem");
  timer.elapsedTime = timer.time;
  await until(() => ben.room.state.turn).toBe(ben.id);
  await losing.lose(roomId);
  for (const [player, cell] of [...entriesOf([ben, ada], [3, 1, 5])]) {
    player.room.send("move", cell);
    await until(() => player.room.state.cells[cell]).not.toBe(0);
  }
  await until(() => ada.room.state.winner).toBe(ben.id);
});

it.each(["plainRunners", "runners"])("runners run in %s", async (name) => {
  const ada = await losing.join<FieldState>(name);
  ada.room.send("run", { dx: 100, dy: -30 });
  await until(() => ada.room.state.runners.get(ada.id)!.x > 5).toBe(true);
  expect(ada.room.state.runners.get(ada.id)!.y).toBeLessThan(0);
});

it("[P5.22] runners run on to where they wanted to, from where they were seen or further, as the same objects", async () => {
  const ada = await losing.join<FieldState>("runners", {}, ["runners"]);
  const ben = await losing.join<FieldState>("runners", {}, ["runners"]);
  ada.room.send("run", { dx: 100, dy: -30 });
  ben.room.send("run", { dx: -7, dy: 1 });
  const runnersOf = (player: typeof ada) => [...player.room.state.runners.values()];
  await until(() => runnersOf(ada).every(({ steps }) => steps > 20)).toBe(true);
  for (let losses = 0; losses < 3; losses++) {
    const before = { runners: runnersOf(ada), ticks: ada.room.state.ticks, came: [...ada.came] };
    const seen = before.runners.map(({ x, y, steps }) => ({ x, y, steps }));
    await losing.lose(ada.room.roomId);
    expect(ada.room.state.ticks).toBeGreaterThanOrEqual(before.ticks);
    expect(ada.came).toEqual(before.came);
    for (const [number, runner] of runnersOf(ada).entries()) {
      expect(runner).toBe(before.runners[number]);
      expect(runner.steps).toBeGreaterThanOrEqual(seen[number]!.steps);
      expect(Math.abs(runner.x)).toBeGreaterThanOrEqual(Math.abs(seen[number]!.x));
    }
    const { steps } = runnersOf(ada)[0]!;
    await until(() => runnersOf(ada)[0]!.steps > steps + 5).toBe(true);
  }
});

const treasures = [3, 8, 40, 45];

it.each(["plainHunt", "hunt"])(
  "[P5.22] hunters of %s see what is near, and keep what they found",
  async (name) => {
    const ada = await losing.join<IslandState>(name, { treasures });
    await until(() => [...(ada.room.state.treasures ?? new Map()).keys()]).toEqual(["t0", "t1"]);
    ada.room.send("go", 8);
    ada.room.send("dig");
    await until(() => ada.room.state.hunters.get(ada.id)!.found.map(({ worth }) => worth)).toEqual([9]);
    await until(() => [...ada.room.state.treasures.keys()]).toEqual(["t0"]);
  },
);

it("[P5.22] hunters see after a loss what they saw before it, and no more", async () => {
  const ada = await losing.join<IslandState>("hunt", { treasures }, ["hunters", "treasures"]);
  const ben = await losing.join<IslandState>("hunt", {}, ["hunters", "treasures"]);
  const keysOf = (player: typeof ada) => [...(player.room.state.treasures?.keys() ?? [])].sort();
  ben.room.send("go", 42);
  await until(() => keysOf(ben)).toEqual(["t2", "t3"]);
  ada.room.send("go", 3);
  ada.room.send("dig");
  await until(() => ada.room.state.hunters.get(ada.id)!.found).toHaveLength(1);
  await until(() => keysOf(ada)).toEqual(["t1"]);
  await until(() => ben.room.state.hunters.get(ada.id)!.at).toBe(3);
  const before = [ada, ben].map(({ sees, came }) => ({ sees, came: [...came] }));
  await losing.lose(ada.room.roomId);
  expect([ada, ben].map(({ sees, came }) => ({ sees, came: [...came] }))).toEqual(before);
  // What is hidden stays hidden, and what comes near is shown.
  ben.room.send("go", 8);
  await until(() => keysOf(ben)).toEqual(["t1"]);
  ben.room.send("dig");
  await until(() => ben.room.state.hunters.get(ben.id)!.found.map(({ worth }) => worth)).toEqual([9]);
  await until(() => keysOf(ada)).toEqual([]);
  expect(ada.room.state.hunters.get(ben.id)!.found ?? []).toHaveLength(0);
  await losing.lose(ada.room.roomId);
  expect(ben.room.state.hunters.get(ben.id)!.found).toHaveLength(1);
  expect(ada.room.state.hunters.get(ben.id)!.found ?? []).toHaveLength(0);
});

it("[P5.22] a client whose view was taken away has none after a loss", async () => {
  const ada = await losing.join<IslandState>("hunt", { treasures });
  await until(() => ada.room.state.treasures?.size).toBe(2);
  ada.room.send("close eyes");
  await until(() => ada.heard).toEqual([["closed", undefined]]);
  await losing.lose(ada.room.roomId);
  const island = roomOf<DurableTreasureHunt>(ada.room.roomId);
  await until(() => island.clients.length).toBe(1);
  expect(island.clients[0]!.view).toBeUndefined();
});

it.each(["plainRelay", "relay"])("a relay passes on in %s", async (name) => {
  const ada = await losing.join(name);
  const ben = await losing.join(name, { name: "Ben" });
  await until(() => ada.heard).toEqual([["came", "Ben"]]);
  ben.room.send("hello", [1, 2]);
  await until(() => ada.heard).toContainEqual(["hello", [ben.id, [1, 2]]]);
  expect(ben.heard).toEqual([]);
});

it("[P5.22] a relay, which has no state, goes on with who is there", async () => {
  const ada = await losing.join("relay");
  const ben = await losing.join("relay", { name: "Ben" });
  await until(() => ada.heard).toEqual([["came", "Ben"]]);
  await losing.lose(ada.room.roomId);
  ben.room.send("who");
  await until(() => ben.heard).toEqual([["names", ["Ada", "Ben"]]]);
  ada.room.send("hello", "again");
  await until(() => ben.heard).toContainEqual(["hello", [ada.id, "again"]]);
  await ben.room.leave();
  await until(() => ada.heard).toContainEqual(["went", "Ben"]);
});

const moves = ["deal", "deal", "moveOn", "sort", "cut", "swap", "moveOn", "turn", "deal", "moveOn", "sort"];

it("[P5.22] cards lie after each loss where each client saw them, whatever was done with the arrays", async () => {
  const ada = await losing.join<TableState>("table");
  const ben = await losing.join<TableState>("table");
  for (const [number, move] of [...moves, ...moves, "sweep", "moveOn"].entries()) {
    ada.room.send(move);
    await until(() => ben.room.state.moves).toBe(number + 1);
    if (number % 7 !== 6) continue;
    const { sees } = ben;
    await losing.lose(ada.room.roomId);
    expect(ben.sees).toEqual(sees);
    await until(() => ada.sees).toEqual(sees);
  }
  const fresh = await losing.join<TableState>("table");
  await until(() => fresh.room.state?.moves).toBe(2 * moves.length + 2);
  expect(fresh.sees).toEqual(ben.sees);
});

it.each(["plainChat", "chat"])("a chat remembers the last words in %s", async (name) => {
  const ada = await losing.join<ChatState>(name);
  for (const word of ["a", "b", "c", "d", "e", "f", "g"]) ada.room.send("say", word);
  await until(() => [...ada.room.state.history].map(({ text }) => text)).toEqual(["c", "d", "e", "f", "g"]);
  if (name === "plainChat") return;
  await losing.join<ChatState>(name, { name: "Ben" });
  await until(() => ada.room.state.present.size).toBe(2);
  const { sees } = ada;
  await losing.lose(ada.room.roomId);
  expect(ada.sees).toEqual(sees);
  ada.room.send("say", "h");
  await until(() => [...ada.room.state.history].map(({ by, text }) => `${by}: ${text}`).at(-1)).toBe(
    "Ada: h",
  );
  expect(roomOf<Room>(ada.room.roomId).metadata).toEqual({ present: 2 });
});

it.each(["plainQuiz", "quiz"])(
  "[P5.22] a quiz counts down in %s, and waits for one who dropped",
  async (name) => {
    const ada = await losing.join<QuizState>(name);
    const ben = await losing.join<QuizState>(name);
    ada.room.send("answer");
    ada.room.send("begin", 3);
    await until(() => [ben.room.state.round, ben.room.state.left]).toEqual([1, 0]);
    ada.room.reconnection.enabled = false;
    ada.room.connection.close();
    await until(() => ben.room.state.guessers.get(ada.id)?.connected).toBe(false);
    losing.plays(await losing.client.reconnect(ada.room.reconnectionToken));
    await until(() => ben.room.state.guessers.get(ada.id)?.connected).toBe(true);
    expect(ben.room.state.guessers.get(ada.id)!.points).toBe(1);
  },
);

it("[P5.22] a quiz counts on after a loss, and a client that dropped before it comes back after it", async () => {
  const ada = await losing.join<QuizState>("quiz", {}, ["guessers"]);
  const ben = await losing.join<QuizState>("quiz", {}, ["guessers"]);
  await until(() => ben.room.state.guessers.size).toBe(2);
  ada.room.send("answer");
  ada.room.reconnection.enabled = false;
  ada.room.connection.close();
  await until(() => ben.room.state.guessers.get(ada.id)?.connected).toBe(false);
  ben.room.send("begin", 40);
  await until(() => ben.room.state.round).toBe(1);
  await until(() => ben.room.state.left).toBeLessThan(38);
  const came = [...ben.came];
  const { left } = ben.room.state;
  await losing.lose(ada.room.roomId);
  expect(ben.room.state.left).toBeLessThanOrEqual(left);
  losing.plays(await losing.client.reconnect(ada.room.reconnectionToken));
  await until(() => ben.room.state.guessers.get(ada.id)?.connected).toBe(true);
  await until(() => ben.room.state.guessers.get(ben.id)?.connected).toBe(true);
  await until(() => ben.room.state.left).toBe(0);
  expect(ben.came).toEqual(came);
});
