/** What the SDK asks of /matchmake, at real rooms: whom a request counts for, and how often. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { sdkMatchmaking } from "../../server/room/sdk-matchmaking.ts";
import { openRooms, type RoomServer } from "./room-server.ts";

let server: RoomServer;

beforeAll(async () => {
  // Ten at once, and one more each second.
  server = await openRooms({ rateUserPerSecond: 1, emptyMatchesPerUser: 0 });
});

afterAll(() => server.close());

it("[P6] a match that is asked for counts as one request of its user, and not as two", async () => {
  const { identify, parts } = server;
  const matchmake = sdkMatchmaking({ identify, join: (request, joiner) => parts.door.join(request, joiner) });
  const { token, userId } = await server.guest();
  const create = () =>
    matchmake({ method: "create", game: "arena", token, address: "192.0.2.1", options: { spectate: false } });
  const made = [];
  for (let at = 0; at < 10; at++) made.push(await create());
  expect(made.map((each) => (each.ok ? "made" : each.code))).toEqual(Array(10).fill("made"));
  const seats = made.flatMap((each) => (each.ok ? [each.reservation] : []));
  expect(new Set(seats.map(({ roomId }) => roomId)).size).toBe(10);
  expect(parts.host.all().map(({ live }) => live.id)).toEqual(
    expect.arrayContaining(seats.map((s) => s.roomId)),
  );
  expect(userId).toMatch(/^guest:/);
});

it("[P1] nobody without a session makes a match", async () => {
  const { identify, parts } = server;
  const matchmake = sdkMatchmaking({ identify, join: (request, joiner) => parts.door.join(request, joiner) });
  const before = parts.host.all().length;
  for (const token of [undefined, "none of ours"]) {
    const address = "192.0.2.1";
    const options = { spectate: false };
    expect(await matchmake({ method: "create", game: "arena", token, address, options })).toMatchObject({
      ok: false,
      code: token === undefined ? "session/missing" : "session/invalid",
    });
  }
  expect(parts.host.all()).toHaveLength(before);
});
