/**
 * What careless rooms and clients do, in a plain room and in a durable one: the durable one does the same, and has it after
 * the loss of its process.
 */
import { matchMaker, Room } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { RoomWorld } from "../../server/room/durable/room-world.ts";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, roomOf, until } from "./losing.ts";
import { type Base, durableBase } from "./ported/base.ts";
import { type CornerState, cornerRoom, cornerState } from "./ported/corner.ts";
import { type QuizState, quiz } from "./ported/quiz.ts";

const called: string[] = [];
const plainCorner = cornerRoom(Room as unknown as Base<CornerState>, called);
class Corner extends cornerRoom(durableBase<CornerState>(), called) {}
/** Only the line is changed. */
class PromisedQuiz extends quiz(durableBase<QuizState>()) {}

/** Set up in more ways. */
class Manifold extends Corner {
  override autoDispose = false;
  readonly ticks: number[] = [];
  patches = 0;

  static async onAuth(_: string, { pass = true }: { readonly pass?: boolean }) {
    return pass && { id: "an id" };
  }

  override onCreate(options: object): void {
    super.onCreate(options);
    this.onMessageBytes("bytes", (client, bytes: Uint8Array) => client.sendBytes("bytes", bytes));
    this.setFixedTimestep(({ tick }) => this.ticks.push(tick), 50);
  }

  override onBeforePatch(): void {
    this.patches += 1;
  }
}

/** Its state is set when somebody joins: nobody else knows its class. */
class Late extends durableBase<CornerState>() {
  override onJoin(): void {
    this.setState(new Corner().state);
  }
}

/** It is set up again without the state. */
class LateAfterAll extends durableBase<CornerState>() {
  override onCreate(): void {
    this.setState(new Corner().state);
  }

  onRestore(): void {}
}

class Declared extends LateAfterAll {
  static readonly State = cornerState;
}

let server: RoomServer;
const losing = new Losing(() => server);
const both = ["plain", "corner"];

beforeAll(async () => {
  const rooms = { plain: plainCorner, corner: Corner, quiz: PromisedQuiz, manifold: Manifold };
  Object.assign(rooms, { late: Late, lateAfterAll: LateAfterAll, declared: Declared });
  server = await openRooms({ seatGraceSeconds: 30 }, undefined, rooms);
});

afterEach(async () => {
  await losing.end();
  called.length = 0;
});

afterAll(() => server.close());

const join = (name: string, how: object = {}) =>
  losing.join<CornerState>(name, how, ["left", "right", "row"]);

it.each(both)("[P5.22] %s: one whose onJoin fails has no place, and holds none", async (name) => {
  const ada = await join(name);
  await expect(losing.client.joinById(ada.room.roomId, { welcome: false })).rejects.toThrow(
    "nobody is welcome",
  );
  await until(() => called).toContain("leave");
  expect(called).toEqual(["drop", "gone", "leave"]);
  expect(roomOf<Room>(ada.room.roomId).clients).toHaveLength(1);
  const live = server.parts.host.all().find(({ live: { id } }) => id === ada.room.roomId)?.live;
  if (live !== undefined) expect(live.match.state.seats).toHaveLength(1);
});

it.each(both)("[P5.22] %s: one whose onAuth fails has no place", async (name) => {
  const ada = await join(name);
  await expect(losing.client.joinById(ada.room.roomId, { pass: false })).rejects.toThrow("onAuth failed");
  expect(called).toEqual([]);
  expect(roomOf<Room>(ada.room.roomId).clients).toHaveLength(1);
});

it.each(both)("[P2.14] %s: what a handler did before it failed is seen, and stays", async (name) => {
  const ada = await join(name);
  ada.room.send("halfway");
  ada.room.send("count");
  await until(() => ada.heard).toEqual([["counted", 11]]);
  await until(() => ada.room.state.left.has("half")).toBe(true);
  if (name === "plain") return;
  const { sees } = ada;
  await losing.lose(ada.room.roomId);
  expect(ada.sees).toEqual(sees);
});

const orders = ["move", "rotate", "again", "share", "tags"];

it("[P5.22] things that move, come again or are in two places are where they were, and nobody is told of them anew", async () => {
  const ada = await join("corner");
  const plain = await join("plain");
  for (let round = 0; round < 3; round++) {
    for (const order of [...orders, "count"]) for (const each of [ada, plain]) each.room.send(order);
    await until(() => ada.room.state.count).toBe(round + 1);
    await until(() => plain.sees).toEqual(ada.sees);
    const before = { sees: ada.sees, came: [...ada.came] };
    await losing.lose(ada.room.roomId);
    expect({ sees: ada.sees, came: ada.came }).toEqual(before);
  }
  const fresh = await losing.join<CornerState>("corner");
  await until(() => fresh.room.state?.count).toBe(3);
  expect(fresh.sees).toEqual(ada.sees);
});

it("[P5.22] a state that takes the place of another is the one that is kept", async () => {
  const ada = await join("corner");
  ada.room.send("replace");
  ada.room.send("count");
  await until(() => ada.heard).toEqual([["counted", 1]]);
  await losing.lose(ada.room.roomId);
  const state = roomOf<Corner>(ada.room.roomId).state;
  expect([...state.left.keys()]).toEqual(["x", "y"]);
  const fresh = await losing.join<CornerState>("corner");
  await until(() => [...(fresh.room.state?.left.keys() ?? [])]).toEqual(["x", "y"]);
  ada.room.send("count");
  await until(() => fresh.room.state.count).toBe(2);
});

it.each(both)("[P2.14] %s: what is to be sent after the next patch comes after it", async (name) => {
  const ada = await join(name);
  const seen: unknown[] = [];
  ada.room.onMessage("after", (count) => seen.push([count, ada.room.state.count]));
  for (let round = 0; round < 5; round++) ada.room.send("after");
  await until(() => seen.length).toBe(5);
  for (const [said, had] of seen as [number, number][]) expect(had).toBeGreaterThanOrEqual(said);
});

it.each([null, 0, 1])("[P5.22] with a patch rate of %s, what was answered is kept", async (patchMs) => {
  const ada = await losing.join<CornerState>("corner", { patchMs });
  for (let round = 0; round < 3; round++) ada.room.send("count");
  await until(() => ada.heard.at(-1)).toEqual(["counted", 3]);
  await losing.lose(ada.room.roomId);
  expect(roomOf<Corner>(ada.room.roomId).state.count).toBe(3);
  ada.room.send("count");
  await until(() => ada.heard.at(-1)).toEqual(["counted", 4]);
});

it("[P5.22] a large state is there again, whole", async () => {
  const ada = await join("corner");
  ada.room.send("grow", 300_000);
  await until(() => ada.room.state.words.get("long")?.length).toBe(300_000);
  await losing.lose(ada.room.roomId);
  expect(ada.room.state.words.get("long")).toHaveLength(300_000);
});

it("[P5.22] a full room is full and locked after a loss, and has a place again when one leaves", async () => {
  const ada = await join("corner");
  ada.room.send("list", { maxClients: 2 });
  await until(() => ada.heard).toEqual([["listed", undefined]]);
  const { roomId } = ada.room;
  const ben = losing.plays<CornerState>(await losing.client.joinById(roomId));
  await until(() => roomOf<Room>(roomId).locked).toBe(true);
  ada.room.send("count");
  await until(() => ben.room.state?.count).toBe(1);
  await losing.lose(roomId);
  expect(roomOf<Room>(roomId).locked).toBe(true);
  await expect(losing.client.joinById(roomId)).rejects.toThrow("locked");
  await ben.room.leave();
  await until(() => roomOf<Room>(roomId).locked).toBe(false);
  losing.plays(await losing.client.joinById(roomId));
});

it("[P5.22] what a room put into its listing is there again, whatever it is", async () => {
  const ada = await join("corner");
  const { roomId } = ada.room;
  ada.room.send("list", { mode: "duo", metadata: { map: "island" } });
  await until(() => ada.heard).toEqual([["listed", undefined]]);
  ada.room.send("count");
  await until(() => ada.room.state.count).toBe(1);
  await losing.lose(roomId);
  expect(await matchMaker.driver.findOne({ roomId })).toMatchObject({ mode: "duo" });
  expect(roomOf<Room>(roomId).metadata).toEqual({ map: "island" });
});

it("[P5.22] those that are away are held as long as the room said, and counted, over losses", async () => {
  const ada = await join("corner");
  const { roomId } = ada.room;
  const kept = () => {
    const { live } = server.parts.host.all().find((each) => each.live.id === roomId)!;
    return (live.match.state.world as RoomWorld).clients;
  };
  for (const hold of ["manual", 900] as const) {
    const ben = losing.plays<CornerState>(await losing.client.joinById(roomId));
    ada.room.send("hold", hold);
    ada.room.send("count");
    await until(() => ben.room.state?.count).toBeGreaterThan(0);
    ben.room.reconnection.enabled = false;
    ben.room.connection.close();
    await until(() => kept()[ben.id]?.heldUntilMs).toBeDefined();
    const before = kept()[ben.id]!.heldUntilMs!;
    await losing.lose(roomId);
    const listed = await matchMaker.driver.findOne({ roomId });
    expect(listed.clients).toBe(2);
    ada.room.send("count");
    await until(() => ada.heard.length).toBeGreaterThan(1);
    const after = kept()[ben.id]!.heldUntilMs!;
    if (hold === "manual") expect([before, after]).toEqual([null, null]);
    else expect(Math.abs(after - before)).toBeLessThan(60_000);
    ada.heard.length = 0;
    const back = losing.plays<CornerState>(await losing.client.reconnect(ben.room.reconnectionToken));
    await back.room.leave();
    await until(async () => (await matchMaker.driver.findOne({ roomId })).clients).toBe(1);
  }
});

it("[P7.20] a room whose state nobody could set up again is named at once", async () => {
  const warned = vi.spyOn(server.log, "warn");
  const named = () =>
    warned.mock.calls
      .map(([details]) => details as { room?: string; state?: string })
      .map(({ room, state }) => [room, state]);
  for (const name of ["late", "lateAfterAll", "declared"]) await join(name);
  await until(named).toEqual([
    ["late", "CornerState"],
    ["lateAfterAll", "CornerState"],
  ]);
  warned.mockRestore();
});

it("[P5.22] two rooms of a kind are lost and go on side by side", async () => {
  const ada = losing.plays<CornerState>(await losing.client.create("corner", {}));
  const ben = losing.plays<CornerState>(await losing.client.create("corner", {}));
  ada.room.send("count");
  await until(() => ada.heard).toHaveLength(1);
  await Promise.all([losing.lose(ada.room.roomId), losing.lose(ben.room.roomId)]);
  expect([ada.room.state.count, ben.room.state.count]).toEqual([1, 0]);
});

it("[P5.23] a room that ends while a client is away ends, and the client is told so", async () => {
  const ada = await join("corner");
  const ben = await join("corner");
  const { roomId, reconnectionToken } = ben.room;
  ben.room.reconnection.enabled = false;
  ben.room.connection.close();
  await until(() => called).toContain("drop");
  await losing.lose(roomId);
  ada.room.send("end");
  await until(() => ada.room.connection.isOpen).toBe(false);
  await until(() => called.filter((each) => each === "dispose")).toHaveLength(1);
  await expect(losing.client.reconnect(reconnectionToken)).rejects.toThrow();
  await until(async () => (await server.store.find(roomId))?.state).toBe("over");
});

it("[P5.22] steps, bytes, hooks before patches and who somebody is are as before; an empty room goes on where it says so", async () => {
  await expect(losing.client.create("manifold", { pass: false })).rejects.toThrow("onAuth failed");
  const ada = await join("manifold");
  const { roomId } = ada.room;
  for (const losses of [0, 1]) {
    const room = roomOf<Manifold>(roomId);
    ada.room.sendBytes("bytes", Uint8Array.of(losses, 2, 3));
    await until(() => ada.heard.at(-1)).toEqual(["bytes", Uint8Array.of(losses, 2, 3)]);
    await until(() => room.ticks.slice(0, 3)).toEqual([0, 1, 2]);
    await until(() => room.patches).toBeGreaterThan(2);
    expect(room.clients[0]!.auth).toEqual({ id: "an id" });
    if (losses === 0) await losing.lose(roomId);
  }
  await ada.room.leave();
  await until(() => roomOf<Manifold>(roomId).clients.length).toBe(0);
  await losing.loseAndLeave(roomId);
  losing.plays(await losing.client.joinById(roomId));
});

it("[P5.22] a client that was put out does not come back, and others do", async () => {
  const ada = await join("corner");
  const ben = await join("corner");
  ada.room.send("kick", ben.id);
  await until(() => ben.room.connection.isOpen).toBe(false);
  await until(() => called).toContain("leave");
  ada.room.send("count");
  await until(() => ada.heard).toHaveLength(1);
  await losing.lose(ada.room.roomId);
  expect(roomOf<Room>(ada.room.roomId).clients).toHaveLength(1);
});

it("[P5.22] where onLeave waits for a client that dropped, it waits again after a loss", async () => {
  const ada = await losing.join<QuizState>("quiz");
  const ben = await losing.join<QuizState>("quiz");
  await until(() => ben.room.state.guessers.size).toBe(2);
  ada.room.reconnection.enabled = false;
  ada.room.connection.close();
  await until(() => ben.room.state.guessers.get(ada.id)?.connected).toBe(false);
  await losing.lose(ben.room.roomId);
  expect(ben.room.state.guessers.get(ada.id)!.connected).toBe(false);
  losing.plays(await losing.client.reconnect(ada.room.reconnectionToken));
  await until(() => ben.room.state.guessers.get(ada.id)?.connected).toBe(true);
  expect(ben.room.state.guessers.get(ben.id)!.connected).toBe(true);
});
