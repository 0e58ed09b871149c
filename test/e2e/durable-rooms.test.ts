/** A durable room of Colyseus over kill -9 and over a planned restart, as players with nothing but the SDK see it. */
import { fileURLToPath } from "node:url";
import { Callbacks, Client, type Room } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchMatch, reserveSeat } from "../../shared/client/api.ts";
import { replayCommand } from "../../tools/replay/replay-command.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import type { BattleState } from "../rooms/battle-rooms.ts";
import { playedRooms, roomsPlayed } from "./ported-players.ts";
import { assignmentOf, duelQueue, newQueuer } from "./queueing-players.ts";
import { endServerChildren, type ServerChild, startServerChild } from "./server-child.ts";

const module = fileURLToPath(new URL("../rooms/all-rooms.ts", import.meta.url));
const directory = temporaryDirectory();
let server: ServerChild;

const queue = duelQueue(directory.path, { game: undefined, room: "battle", options: {}, arriveSeconds: 120 });
const start = (port?: number) =>
  startServerChild({
    ...{ dataDir: directory.path, flags: ["--rooms", module, "--log-level", "warn", ...queue] },
    ...(port !== undefined && { port }),
  });

beforeAll(async () => {
  server = await start();
});

afterAll(async () => {
  await endServerChildren();
  directory.remove();
});

const until = (what: () => unknown) => expect.poll(what, { timeout: 30_000 });

async function restarted(signal: "SIGKILL" | "SIGTERM", matches = 1): Promise<void> {
  const { port } = new URL(server.url);
  await server.end(signal);
  server = await start(Number(port));
  expect(server.matches).toBe(matches);
}

/** A player who writes down what they are told. */
class Player {
  readonly room: Room<BattleState>;
  readonly told: unknown[] = [];
  readonly changes: string[] = [];

  constructor(room: Room<BattleState>) {
    this.room = room;
    // The SDK does not come back to a room that it has known for less than 5 s.
    room.reconnection.minUptime = 0;
    for (const type of ["drew", "told", "back"]) room.onMessage(type, (each) => this.told.push([type, each]));
    const callbacks = Callbacks.get(room);
    callbacks.onAdd("fighters", (_: unknown, key: unknown) => this.changes.push(`+${key}`));
    callbacks.onRemove("fighters", (_: unknown, key: unknown) => this.changes.push(`-${key}`));
  }

  get fighter() {
    return this.room.state.fighters.get(this.room.sessionId)!;
  }

  last<Said>(type: string): Said | undefined {
    return (this.told as [string, Said][]).findLast(([each]) => each === type)?.[1];
  }
}

const play = async (how: (client: Client) => Promise<Room<BattleState>>) =>
  new Player(await how(new Client(server.url)));

it("[P5.22] a durable room survives kill -9: seats, state, views, durable fields, timers and listing; players come back by themselves", async () => {
  const ada = await play((client) => client.joinOrCreate("battle", { name: "Ada", deck: ["z", "y", "x"] }));
  const ben = await play((client) => client.joinOrCreate("battle", { name: "Ben" }));
  const { roomId, sessionId } = ada.room;
  expect(ben.room.roomId).toBe(roomId);
  await until(() => ada.room.state.fighters?.size).toBe(2);
  ada.room.send("move", 12.5);
  ada.room.send("draw");
  await until(() => ada.last("drew")).toEqual({ face: "x", left: 2 });
  await until(() => ada.fighter.hand.map(({ face }) => face)).toEqual(["x"]);
  await until(() => ben.room.state.fighters.get(sessionId)!.x).toBe(12.5);
  expect(ben.room.state.fighters.get(sessionId)!.hand ?? []).toHaveLength(0);
  ada.room.send("start", 4000);
  await until(() => ada.room.state.phase).toBe("fight");
  await until(() => ada.room.state.steps > 5).toBe(true);
  const before = { ada: ada.fighter, steps: ada.room.state.steps };
  const changes = [...ben.changes];

  await restarted("SIGKILL");

  await until(() => ada.last("back")).toEqual({ joinedAs: "Ada" });
  await until(() => ben.last("back")).toEqual({ joinedAs: "Ben" });
  expect(ada.room.sessionId).toBe(sessionId);
  await until(() => ada.fighter.connected && ben.fighter.connected).toBe(true);
  expect(ada.fighter).toBe(before.ada);
  expect(ada.fighter.x).toBe(12.5);
  expect(ada.fighter.hand.map(({ face }) => face)).toEqual(["x"]);
  expect(ben.changes).toEqual(changes);
  expect(ada.room.state.steps).toBeGreaterThanOrEqual(before.steps);
  ben.room.send("draw");
  await until(() => ben.last("drew")).toEqual({ face: "y", left: 1 });
  await until(() => ada.room.state.phase).toBe("over");
  expect([...ada.room.state.log]).toEqual(["time is up"]);
  ada.room.send("ask");
  await until(() => ada.last("told")).toMatchObject({ deck: ["z"], created: 0, restores: [{}] });

  await restarted("SIGTERM");

  ada.told.length = 0;
  await until(() => ada.room.connection.isOpen && ada.fighter.connected && ben.fighter.connected).toBe(true);
  ada.room.send("ask");
  await until(() => ada.last<{ restores: unknown[] }>("told")?.restores).toHaveLength(2);
  expect(ben.changes).toEqual(changes);
  const fresh = await play((client) => client.joinById(roomId, { name: "Cleo" }));
  await until(() => fresh.room.state.fighters?.size).toBe(3);
  expect(fresh.room.state.toJSON()).toMatchObject({ phase: "over", round: 1, log: ["time is up"] });
  ada.room.send("close");
  await until(() => fresh.room.connection.isOpen).toBe(false);
  await server.end("SIGTERM");
  server = await start();
  expect(server.matches).toBe(0);

  const shown = await replayed(roomId);
  expect(shown).toMatchObject({ match: roomId, room: "battle", state: "over", problems: [] });
  expect(shown.shown).toMatchObject({ phase: "over", round: 1, log: ["time is up"] });
  const early = await replayed(roomId, 5);
  expect(early.shown).toMatchObject({ phase: "lobby", round: 0 });
});

/** What `replay ROOM` says of it, beside the running server and without the room's module. */
async function replayed(matchId: string, atTick?: number) {
  const said: string[] = [];
  const out = { log: (line: string) => said.push(line), error: (line: string) => said.push(line) };
  const source = { data: directory.path, matchId };
  const request = { kind: "show", source, atTick, verify: false, json: true } as const;
  expect(await replayCommand(request, undefined, out), said.join("\n")).toBe(0);
  return JSON.parse(said.join("")) as { readonly shown: unknown };
}

it("[P5.22] [P8.14] over one kill -9 rooms of all kinds go on, and in one that a queue made who has not come yet still has their seat", async () => {
  const lookAtThem = await playedRooms(server.url);
  const [ann, ben] = [await newQueuer(server.url), await newQueuer(server.url)];
  const [first, second] = await Promise.all([assignmentOf(ann), assignmentOf(ben)]);
  expect(first.matchId).toBe(second.matchId);
  const there = await play((client) => client.consumeSeatReservation(first.reservation as never));
  await until(() => there.fighter).toBeDefined();
  there.room.send("move", 3);
  await until(() => there.fighter.x).toBe(3);

  await restarted("SIGKILL", 1 + roomsPlayed);

  await until(() => there.last("back")).toBeDefined();
  const { reservation } = await reserveSeat(ben, { game: "battle", matchId: second.matchId });
  const late = await play((client) => client.consumeSeatReservation(reservation as never));
  await until(() => late.room.state.fighters?.size).toBe(2);
  expect(await fetchMatch({ url: server.url }, first.matchId)).toMatchObject({
    ...{ game: "battle", queue: "duel", seats: { taken: 2, max: 2 } },
  });
  await lookAtThem();
  there.room.send("close");
  await until(() => late.room.connection.isOpen).toBe(false);
});
