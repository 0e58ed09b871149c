/** Colyseus' rooms beside a game in one real server, with the SDK as it is: they work as they do on plain Colyseus. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEndpoint,
  createRouter,
  defineRoom,
  LobbyRoom,
  QueueRoom,
  RelayRoom,
  Room,
} from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { Client, type Room as ClientRoom } from "@colyseus/sdk";
import type { Express } from "express";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type StartedServer, startServer } from "../../doors/server.ts";
import { press } from "../docs/tutorial-game.ts";

const Counter = schema({ count: t.uint16().default(0) }, "CounterState");

/** Counts, and fails in every way that a room can. */
class CounterRoom extends Room {
  override state = new Counter();
  static override async onAuth(token: string, options: { readonly ticket?: string }) {
    if (options.ticket === "none") throw new Error("no ticket");
    return { token, ticket: options.ticket };
  }
  override onCreate(): void {
    this.onMessage("add", (_client, by: number) => {
      this.state.count += by;
    });
    this.onMessage("who", (client) => client.auth);
    this.onMessage("fail", () => {
      throw new Error("a handler failed");
    });
    this.onMessage("failLater", async () => {
      throw new Error("an asynchronous handler failed");
    });
    this.onMessage("failOnTimers", () => {
      this.clock.setTimeout(() => {
        throw new Error("a timer failed");
      }, 1);
      this.setSimulationInterval(() => {
        throw new Error("a step failed");
      }, 5);
    });
  }
}

class SlowRoom extends Room {
  static begun = 0;
  static readonly mayEnd = Promise.withResolvers<void>();
  override async onCreate(): Promise<void> {
    SlowRoom.begun += 1;
    await SlowRoom.mayEnd.promise;
  }
  // An uncaught error would end the run of these tests.
  override async onBeforeShutdown(): Promise<void> {
    void this.disconnect();
    throw new Error("a shutdown failed");
  }
}

let server: StartedServer;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "holdfast-beside-"));
  server = await startServer({
    games: [press],
    rooms: {
      lobby: defineRoom(LobbyRoom),
      relay: defineRoom(RelayRoom).enableRealtimeListing(),
      queue: defineRoom(QueueRoom, { matchRoomName: "counter", maxPlayers: 2 } as never),
      counter: CounterRoom,
      slow: SlowRoom,
    },
    routes: createRouter({
      hello: createEndpoint("/hello/:name", { method: "GET" }, async ({ params }) => ({
        hello: params["name"],
      })),
    }),
    express: (app: Express) => {
      app.get("/mine", (_request, response) => void response.json({ mine: true }));
      app.get("/healthz", (_request, response) => void response.json({ mine: true }));
    },
    settings: { port: 0, host: "127.0.0.1", dataDir, logLevel: "silent", roomsMax: 12 },
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const client = () => new Client(server.url);
const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000 });

test("a room of one's own: state, messages, requests, and what its onAuth said", async () => {
  const sdk = client();
  sdk.auth.token = "mine";
  const room = await sdk.joinOrCreate<{ count: number }>("counter", { ticket: "7" });
  expect(room.roomId).toMatch(/^[a-z0-9]{12}$/);
  room.send("add", 3);
  await until(() => room.state.count).toBe(3);
  expect(await room.request("who")).toEqual({ token: "mine", ticket: "7" });
  const other = await client().joinById<{ count: number }>(room.roomId, { ticket: "8" });
  await until(() => other.state.count).toBe(3);
  await expect(client().joinOrCreate("counter", { ticket: "none" })).rejects.toThrow("no ticket");
  await Promise.all([room.leave(), other.leave()]);
});

test("[P5.19] a room in which everything fails ends neither a client, nor another room, nor a match", async () => {
  const { token } = await (await fetch(`${server.url}/v1/sessions`, { method: "POST" })).json();
  const player = client();
  player.auth.token = token;
  const match = await player.joinOrCreate("press");
  const other = await client().create<{ count: number }>("counter");
  const room = await client().create<{ count: number }>("counter");
  const left = vi.fn();
  for (const each of [match, other, room] as ClientRoom[]) each.onLeave(left);
  for (const type of ["fail", "failLater", "failOnTimers"]) room.send(type);
  await expect(room.request("fail")).rejects.toThrow("a handler failed");
  room.send("add", 1);
  other.send("add", 2);
  await until(() => [room.state.count, other.state.count]).toEqual([1, 2]);
  expect(left).not.toHaveBeenCalled();
  await Promise.all([match.leave(), other.leave(), room.leave()]);
});

test("a lobby hears of rooms that come and go, and a relay passes messages on", async () => {
  const lobby = await client().joinOrCreate("lobby");
  const seen: unknown[] = [];
  lobby.onMessage("rooms", () => seen.push("rooms"));
  lobby.onMessage("+", ([id]: [string]) => seen.push(`+${id}`));
  lobby.onMessage("-", (id: string) => seen.push(`-${id}`));
  await until(() => seen).toContain("rooms");
  const one = await client().create("relay", { name: "Ada" });
  const two = await client().joinById(one.roomId, { name: "Bea" });
  await until(() => seen).toContain(`+${one.roomId}`);
  const heard: unknown[] = [];
  two.onMessage("wave", (message) => heard.push(message));
  one.send("wave", { high: true });
  await until(() => heard).toEqual([[one.sessionId, { high: true }]]);
  await Promise.all([one.leave(), two.leave()]);
  await until(() => seen).toContain(`-${one.roomId}`);
  await lobby.leave();
});

test("a queue of Colyseus brings two clients into one room", async () => {
  const queued = await Promise.all([1, 2].map((rank) => client().joinOrCreate("queue", { rank })));
  const seats = queued.map((room) => new Promise<never>((resolve) => room.onMessage("seat", resolve)));
  const rooms = await Promise.all(seats.map(async (seat) => client().consumeSeatReservation(await seat)));
  expect(rooms[0]!.roomId).toBe(rooms[1]!.roomId);
  for (const room of [...queued, ...rooms]) await room.leave();
});

test("[P6.18] rooms are limited in number, and a client that breaks the protocol is put out alone", async () => {
  const made: ClientRoom[] = [];
  const make = async () => {
    for (let at = 0; at < 20; at++) made.push(await client().create("relay"));
  };
  await expect(make()).rejects.toThrow("node/full");
  expect(made.length).toBeGreaterThan(3);
  const closed = new Promise<number>((resolve) => made[0]!.onLeave((code) => resolve(code)));
  made[0]!.connection.send(Uint8Array.of(16));
  expect(await closed).toBe(1008);
  await Promise.all(made.slice(1).map((room) => room.leave()));
});

test("[P6.18] rooms that are still being created count", async () => {
  let refused = 0;
  const making = Array.from({ length: 20 }, () =>
    client()
      .create("slow")
      .catch(() => {
        refused += 1;
      }),
  );
  await until(() => SlowRoom.begun + refused).toBe(20);
  SlowRoom.mayEnd.resolve();
  const rooms = (await Promise.all(making)).filter((room) => room !== undefined);
  expect(rooms.length).toBeGreaterThan(3);
  expect(rooms.length).toBeLessThanOrEqual(12);
  // One is there when the server stops.
  await Promise.all(rooms.slice(1).map((room) => room.leave()));
});

test("routes of one's own answer beside those of the server, which they cannot take away", async () => {
  const get = async (path: string) => (await fetch(server.url + path)).json();
  expect(await get("/mine")).toEqual({ mine: true });
  expect(await get("/hello/ada")).toEqual({ hello: "ada" });
  expect(await get("/healthz")).not.toEqual({ mine: true });
  expect(await get("/none")).toMatchObject({ code: "request/not-found" });
  const mine = await fetch(`${server.url}/mine`);
  const page = await fetch(server.url);
  expect(mine.headers.get("content-security-policy")).toBeNull();
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
});

test("the SDK's own auth begins a session, says whose it is, and its http tells why it was refused", async () => {
  const sdk = client();
  const { user, token } = await sdk.auth.signInAnonymously({ name: "Ada" });
  expect(user).toMatchObject({ id: expect.stringMatching(/^guest:/), name: "Ada", anonymous: true });
  expect(sdk.auth.token).toBe(token);
  expect(await sdk.auth.getUserData()).toEqual({ user });
  const match = await sdk.joinOrCreate("press");
  await match.leave();
  await sdk.auth.signOut();
  await expect(sdk.auth.getUserData()).rejects.toThrow();
  sdk.auth.token = "none-of-ours";
  await expect(sdk.auth.getUserData()).rejects.toMatchObject({
    ...{ code: 401, message: expect.stringMatching(/^session\/invalid: /) },
  });
  await expect(sdk.auth.signInWithEmailAndPassword("a@b.example", "secret")).rejects.toThrow(
    /sign in anonymously/,
  );
  await expect(sdk.http.get("/v1/matches/none")).rejects.toThrow(/^request\/invalid: |^session\/|^match\//);
});

test("a kind of rooms is no game: the API makes no match of it, and who stops the server closes them", async () => {
  const { token } = await (await fetch(`${server.url}/v1/sessions`, { method: "POST" })).json();
  const joined = await fetch(`${server.url}/v1/matches/join`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ game: "counter" }),
  });
  expect(await joined.json()).toMatchObject({ code: "game/unknown" });
  const room = await client().create("counter");
  const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
  await server.stop();
  expect(await closed).toBe(4001);
});
