/** What is read of a Colyseus user's configuration, and what is refused with which words. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouter, defineRoom, LobbyRoom, RelayRoom, Room, type Server } from "@colyseus/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRooms } from "../../server/rooms/load-rooms.ts";
import { type RoomsConfiguration, roomsOf } from "../../server/rooms/room-definitions.ts";

class BattleRoom extends Room {}

const read = (configuration: unknown, taken: readonly string[] = []) =>
  roomsOf(configuration, "--rooms app.config.ts", taken);

test("rooms are classes, or defineRoom() of them with their filters and options", async () => {
  const battle = defineRoom(BattleRoom, { map: "desert" } as never).filterBy(["mode" as never]);
  const { definitions } = await read({ rooms: { battle, relay: RelayRoom } });
  expect(definitions.map(({ name, klass }) => [name, klass])).toEqual([
    ["battle", BattleRoom],
    ["relay", RelayRoom],
  ]);
  expect(definitions[0]!.handler).toBe(battle);
  expect(battle).toMatchObject({ options: { map: "desert" }, filterOptions: ["mode"] });
  expect((await read({ rooms: { plain: Room } })).definitions[0]!.klass).toBe(Room);
});

test("the configuration of @colyseus/tools is read, with what its hooks define", async () => {
  const hook = () => {};
  const brought = await read({
    initializeGameServer: (server: Server) => {
      server.define("lobby", LobbyRoom);
      server.define("relay", RelayRoom, { maxClients: 3 } as never).enableRealtimeListing();
      server.onShutdown(hook);
    },
    initializeExpress: hook,
    beforeListen: hook,
    options: { auth: { oauth: false }, driver: {} },
    getId: hook,
  } as unknown as RoomsConfiguration);
  expect(brought.definitions.map(({ name }) => name)).toEqual(["lobby", "relay"]);
  expect(brought.definitions[1]!.handler.realtimeListingEnabled).toBe(true);
  expect(brought).toMatchObject({ express: hook, beforeListen: hook, onShutdown: hook, leftOut: ["driver"] });
  expect(brought.auth).toEqual({ oauth: false });
});

test("[P7.18] what is no configuration of rooms is refused, and the message says which and why", async () => {
  const rooms = (room: unknown) => read({ rooms: { battle: room } });
  const invalid = (why: RegExp) =>
    expect.objectContaining({ code: "rooms/invalid", message: expect.stringMatching(why) });
  await expect(read(undefined)).rejects.toEqual(invalid(/--rooms app.config.ts: .*default export/));
  await expect(rooms({})).rejects.toEqual(invalid(/room "battle": it must be a class/));
  await expect(rooms(class Other {})).rejects.toEqual(invalid(/its class does not extend Room/));
  await expect(read({ rooms: { "a/b": BattleRoom } })).rejects.toEqual(invalid(/"a\/b": a name has/));
  await expect(read({ rooms: { arena: BattleRoom } }, ["arena"])).rejects.toEqual(
    invalid(/"arena" is the name of a game and of a room/),
  );
  const asks = { initializeGameServer: (server: Server) => server.attach({}) };
  await expect(read(asks)).rejects.toEqual(invalid(/no `attach`/));
});

test("[P7.18] a class of another copy of Colyseus is told from one that is no room", async () => {
  class RoomOfAnother {
    broadcastPatch(): void {}
  }
  await expect(read({ rooms: { battle: class extends RoomOfAnother {} } })).rejects.toMatchObject({
    code: "rooms/other-copy",
    message: expect.stringContaining('room "battle" extends Room of another copy of @colyseus/core'),
  });
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-rooms-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a module that calls defineServer() is read, and starts no server", async () => {
  const colyseus = import.meta.resolve("@colyseus/core");
  const file = join(folder, "app.config.mjs");
  writeFileSync(
    file,
    `import { createRouter, defineRoom, defineServer, RelayRoom } from ${JSON.stringify(colyseus)};
     export default defineServer({
       rooms: { relay: defineRoom(RelayRoom) },
       routes: createRouter({}),
       express: (app) => app,
       greet: false,
     });`,
  );
  const handlers = {
    before: process.listenerCount("SIGTERM"),
    uncaught: process.listenerCount("uncaughtException"),
  };
  const brought = await loadRooms(file, undefined, []);
  expect(brought.definitions.map(({ name, klass }) => [name, klass])).toEqual([["relay", RelayRoom]]);
  expect(Object.keys(brought.routes!)).toEqual(Object.keys(createRouter({})));
  expect(brought.express).toBeTypeOf("function");
  expect(process.listenerCount("SIGTERM")).toBe(handlers.before);
  expect(process.listenerCount("uncaughtException")).toBe(handlers.uncaught);
});

test("[P7.18] a second copy of Colyseus beside the module is named before the module runs", async () => {
  const project = join(folder, "project");
  const copy = join(project, "node_modules/@colyseus/schema");
  mkdirSync(copy, { recursive: true });
  writeFileSync(join(copy, "package.json"), JSON.stringify({ name: "@colyseus/schema", version: "4.0.1" }));
  const file = join(project, "rooms.mjs");
  writeFileSync(file, "globalThis.ranIt = true;");
  await expect(loadRooms(file, undefined, [])).rejects.toMatchObject({
    code: "rooms/other-copy",
    message: expect.stringMatching(/@colyseus\/schema 4\.0\.1 from .*npm dedupe/),
  });
  expect(globalThis).not.toHaveProperty("ranIt");
  await expect(loadRooms(join(folder, "none.mjs"), undefined, [])).rejects.toMatchObject({
    code: "rooms/invalid",
  });
});

test("[P7.18] a module that Node alone cannot read is refused with the way to run it", async () => {
  const file = join(folder, "without-ending.mjs");
  writeFileSync(file, 'import { MyRoom } from "./rooms/MyRoom"; export default { rooms: { MyRoom } };');
  await expect(loadRooms(file, undefined, [])).rejects.toMatchObject({
    code: "rooms/invalid",
    message: expect.stringMatching(/cannot be loaded: .*--import tsx/),
  });
});
