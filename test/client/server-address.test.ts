/** How addresses are put together, for servers with and without a path. */
import { expect, test } from "vitest";
import { behindDoor, doorAddress, doorOf } from "../../shared/client/server-address.ts";

test.each([
  ["http://a:1", undefined, "ws://a:1"],
  ["https://a/", undefined, "wss://a"],
  ["https://a/game/", undefined, "wss://a/game"],
  ["https://a/game", "b:2", "wss://b:2"],
  ["http://a", "b/node-1/", "ws://b/node-1"],
  ["http://a", "no host", undefined],
])("the door of %s is its own, or the one that the API names: %s", (server, address, door) => {
  expect(doorAddress(server, address)).toBe(door);
});

test("a room moves from a door with a path to one without, and back", () => {
  const room = "ws://a/game/process/room?sessionId=s&x=%20";
  expect(doorOf(room)).toBe("ws://a/game");
  const moved = behindDoor(room, "ws://b:2");
  expect(moved).toBe("ws://b:2/process/room?sessionId=s&x=%20");
  expect(doorOf(moved)).toBe("ws://b:2");
  expect(behindDoor(moved, "ws://a/game")).toBe(room);
});
