/**
 * Matches whose room cannot be opened, because their game throws when it is to show their World: they are left, the others
 * run, and they come back when the game is mended.
 */
import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { AnyGame } from "../../shared/game/game.ts";
import { bell } from "../match/by-events-setup.ts";
import { BareClient, openRooms, type RoomServer, until } from "./room-server.ts";

let isBroken = false;
const base = bell as AnyGame;
const view: AnyGame["view"] = {
  ...base.view,
  write(...shown) {
    if (isBroken) throw new Error("a bug of the game");
    base.view.write(...shown);
  },
};
const games: readonly AnyGame[] = [
  { ...base, name: "sleepy", whenEmpty: "sleep", view },
  { ...base, name: "faulty", view },
  { ...base, name: "sound" },
];

let server: RoomServer;
beforeAll(async () => {
  server = await openRooms({ sleepAfterSeconds: 0.05, emptyMatchesPerUser: 0, seatsPerUser: 50 }, games);
});
afterAll(() => server.close());
beforeEach(() => {
  isBroken = false;
});

const join = (more: object) =>
  server.parts.door.join({ game: "sleepy", spectate: false, ...more }, { userId: "ada" });

async function sitDown(game: string) {
  const outcome = await join({ game, options: {} });
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.detail}`);
  const { reservation, matchId } = outcome.response;
  const client = await new BareClient(server.url, reservation, reservation.reconnectionToken).admitted();
  return { client, matchId };
}

const hosts = (id: string) => server.parts.host.hosts(id);
const entryOf = (id: string) => server.store.find(id);

async function asleep() {
  const { client, matchId } = await sitDown("sleepy");
  client.socket.terminate();
  await until("the match to sleep", () => !hosts(matchId));
  return { matchId, token: client.token };
}

test("[P7.16] who joins a sleeping match that cannot be opened hears so each time; it sleeps on, and opens when its game is mended", async () => {
  const { matchId } = await asleep();
  isBroken = true;
  expect(await join({ matchId })).toMatchObject({ ok: false, code: "match/unopened" });
  expect(await join({ matchId })).toMatchObject({ ok: false, code: "match/unopened" });
  expect([hosts(matchId), (await entryOf(matchId))?.state]).toEqual([false, "sleeping"]);
  isBroken = false;
  await expect.poll(async () => (await join({ matchId })).ok, { timeout: 20_000 }).toBe(true);
});

test("[P7.16] the SDK's reconnect hears the same as a join", async () => {
  const { matchId, token } = await asleep();
  const reconnect = async () => {
    const response = await fetch(`${server.url.replace("ws", "http")}/matchmake/reconnect/${matchId}`, {
      ...{ method: "POST", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ reconnectionToken: token }),
    });
    return { status: response.status, body: await response.json() };
  };
  isBroken = true;
  expect(await reconnect()).toMatchObject({ status: 503, body: { code: "match/unopened" } });
  isBroken = false;
  await expect.poll(async () => (await reconnect()).status, { timeout: 20_000 }).toBe(200);
});

test("[P7.16] one that was started and could not be listed stands still, and opens at the next try", async () => {
  const { matchId } = await asleep();
  const insert = vi.spyOn(matchMaker.driver, "insert").mockRejectedValueOnce(new Error("away"));
  expect(await join({ matchId })).toMatchObject({ ok: false, code: "match/unopened" });
  insert.mockRestore();
  expect([hosts(matchId), (await entryOf(matchId))?.state]).toEqual([false, "sleeping"]);
  await expect.poll(async () => (await join({ matchId })).ok, { timeout: 20_000 }).toBe(true);
});

test("[P7.16] at a start one that cannot be opened is named and left, and the others run", async () => {
  const about = (game: string) => JSON.stringify({ game, version: 1, seed: 1, options: {} });
  for (const [id, game] of [
    ["faulty1", "faulty"],
    ["sound1", "sound"],
  ] as const)
    await server.store.create({ id, node: "before", about: about(game) });
  isBroken = true;
  await server.parts.host.restoreAll();
  expect(await server.parts.rooms.openRestoredRooms()).toMatchObject([
    { id: "faulty1", reason: expect.stringContaining("a bug of the game") },
  ]);
  expect([hosts("faulty1"), hosts("sound1")]).toEqual([false, true]);
  expect(await join({ matchId: "sound1" })).toMatchObject({ ok: true });
  expect(await join({ matchId: "faulty1" })).toMatchObject({ ok: false, code: "match/unopened" });
  expect((await entryOf("faulty1"))?.state).toBe("running");
  // The next start, with the game mended.
  isBroken = false;
  expect((await server.parts.host.restoreAll()).restored).toContain("faulty1");
  expect(await server.parts.rooms.openRestoredRooms()).toEqual([]);
  expect(await join({ matchId: "faulty1" })).toMatchObject({ ok: true });
});
