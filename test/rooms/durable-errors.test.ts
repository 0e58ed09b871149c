/** What goes wrong in a durable room at a patch, when nobody has sent anything: no other room has anything of it. */
import type { Client as RoomClient } from "@colyseus/core";
import { Client } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DurableRoom } from "../../server/room/durable/durable-room.ts";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, roomOf, until } from "./losing.ts";

class Careless extends DurableRoom {
  static override readonly durable = ["deck"];
  deck: unknown = [];
  failsFor = 0;
  failed = 0;

  override onCreate(): void {
    this.onMessage("keep", () => {
      this.deck = () => "a function";
    });
    this.onMessage("fail", () => {
      this.failsFor = 3;
    });
    this.onMessage("list", () => {
      this.metadata = { mode: () => "a function" };
    });
    this.onMessage("ping", (client: RoomClient) => client.send("pong"));
  }

  override onBeforePatch(): void {
    if (this.failsFor > 0) {
      this.failsFor -= 1;
      this.failed += 1;
      throw new Error("a patch failed");
    }
  }
}

/** Its next restore fails. */
let isBroken = false;

class Broken extends DurableRoom {
  static override readonly durable = ["score"];
  score = 0;

  override onCreate(): void {
    this.#listen();
  }

  override onRestore(): void {
    if (isBroken) throw new Error("restore broke");
    this.#listen();
  }

  #listen(): void {
    this.onMessage("score", (client: RoomClient) => {
      this.score += 1;
      client.send("scored", this.score);
    });
  }
}

let server: RoomServer;
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);
const others = process.listeners("uncaughtException");

beforeAll(async () => {
  process.removeAllListeners("uncaughtException").on("uncaughtException", note);
  server = await openRooms({ seatGraceSeconds: 30 }, undefined, { careless: Careless, broken: Broken });
});

afterAll(async () => {
  await server.close();
  process.removeAllListeners("uncaughtException");
  for (const listener of others) process.on("uncaughtException", listener);
});

test("[P5.19] a field that cannot be kept stops its room at the next patch, and is no uncaught error", async () => {
  const room = await new Client(server.url).create("careless");
  room.reconnection.enabled = false;
  let isGone = false;
  room.onLeave(() => {
    isGone = true;
  });
  room.send("keep");
  await until(() => isGone).toBe(true);
  expect(uncaught).toEqual([]);
});

test("[P7.20] metadata that cannot be kept is named as that, and the room goes on with what was kept of it", async () => {
  const warned = vi.spyOn(server.log, "warn");
  const room = await new Client(server.url).create("careless");
  const heard: string[] = [];
  room.onMessage("pong", () => heard.push("pong"));
  room.send("list");
  await until(() => warned.mock.calls.map(([, message]) => message)).toContainEqual(
    expect.stringMatching(/^metadata of a durable room is not kept/),
  );
  room.send("ping");
  await until(() => heard).toEqual(["pong"]);
  warned.mockRestore();
  await room.leave();
});

test("[P5.19] an error before a patch is contained, and the room goes on", async () => {
  const room = await new Client(server.url).create("careless");
  const heard: string[] = [];
  room.onMessage("pong", () => heard.push("pong"));
  room.send("fail");
  await until(() => roomOf<Careless>(room.roomId).failed).toBe(3);
  room.send("ping");
  await until(() => heard).toEqual(["pong"]);
  expect(uncaught).toEqual([]);
  await room.leave();
});

test("[P5.22] clients of a room that could not be opened go on trying, and are back when it is open", async () => {
  const losing = new Losing(() => server);
  const ada = await losing.join("broken");
  ada.room.reconnection.maxDelay = 200;
  ada.room.send("score");
  await until(() => ada.heard).toContainEqual(["scored", 1]);
  let refusals = 0;
  let hasLeft = false;
  ada.room.onDrop(() => {
    refusals += 1;
  });
  ada.room.onLeave(() => {
    hasLeft = true;
  });
  isBroken = true;
  const { roomId } = ada.room;
  await losing.loseUnopened(roomId);
  await until(() => refusals).toBeGreaterThan(2);
  isBroken = false;
  await losing.reopen(roomId);
  await until(() => ada.returns).toBe(1);
  ada.room.send("score");
  await until(() => ada.heard).toContainEqual(["scored", 2]);
  expect(hasLeft).toBe(false);
  await losing.end();
});
