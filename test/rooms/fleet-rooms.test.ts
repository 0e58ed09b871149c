/** Rooms of Colyseus in a fleet: where they are, and what becomes of those whose node died. */
import { type IRoomCache, initializeRoomCache, LocalDriver } from "@colyseus/core";
import { beforeEach, expect, test, vi } from "vitest";
import { FleetRooms } from "../../server/rooms/fleet-rooms.ts";

let driver: LocalDriver;
let nodes: { readonly processId: string; readonly address: string }[];
let rooms: FleetRooms;
let gone: string[];

const listed = (roomId: string, name: string, processId: string) =>
  driver.persist(initializeRoomCache({ roomId, name, processId } as IRoomCache), true);

beforeEach(() => {
  driver = new LocalDriver();
  nodes = [
    { processId: "p1", address: "10.0.0.1:2600" },
    { processId: "p2", address: "10.0.0.2:2600" },
  ];
  gone = [];
  rooms = new FleetRooms({
    ...{ driver, kinds: [{ name: "relay" }], nodes: () => nodes },
    onGone: ({ roomId }) => void gone.push(roomId),
  });
  listed("one", "relay", "p1");
  listed("two", "relay", "p2");
  listed("match", "arena", "p1");
});

test("a room is where its process is; of a match it knows nothing", async () => {
  expect(await Promise.all(["one", "two", "match", "none"].map((id) => rooms.ownerOf(id)))).toEqual([
    ...["10.0.0.1:2600", "10.0.0.2:2600", undefined, undefined],
  ]);
});

test("nobody is sent to a room whose node is not there, at once, and a match is left to its next node", async () => {
  await rooms.look();
  nodes = nodes.filter(({ processId }) => processId !== "p1");
  expect(await rooms.ownerOf("one")).toBe("gone");
  expect(rooms.isThere({ name: "relay", processId: "p1" })).toBe(false);
  expect(rooms.isThere({ name: "relay", processId: "p2" })).toBe(true);
  expect(rooms.isThere({ name: "arena", processId: "p1" })).toBe(true);
});

test("[P6.18] the rooms of a node that stays away leave the listing, and those of one that comes back do not", async () => {
  await rooms.look();
  const away = nodes;
  nodes = nodes.slice(1);
  for (let looks = 0; looks < 5; looks++) await rooms.look();
  nodes = away;
  for (let looks = 0; looks < 20; looks++) await rooms.look();
  expect(await driver.query({})).toHaveLength(3);
  nodes = nodes.slice(1);
  for (let looks = 0; looks < 10; looks++) await rooms.look();
  expect((await driver.query({})).map(({ roomId }) => roomId)).toEqual(["two", "match"]);
  expect(gone).toEqual(["one"]);
});

test("[P6.18] the rooms of a node that was gone before anybody looked leave the listing, too", async () => {
  nodes = nodes.slice(1);
  for (let looks = 0; looks < 30; looks++) await rooms.look();
  expect((await driver.query({})).map(({ roomId }) => roomId)).toEqual(["two", "match"]);
  expect(gone).toEqual(["one"]);
});

test("rooms of processes that nobody saw are looked for now and then, and not at every look", async () => {
  const query = vi.spyOn(driver, "query");
  for (let looks = 0; looks < 60; looks++) await rooms.look();
  expect(query.mock.calls.length).toBeLessThanOrEqual(3);
});
