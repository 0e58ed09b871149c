/** What one user may hold of a server without sitting down: the last of what they asked for, and little of that. */
import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;
let users = 0;
const open: BareClient[] = [];

beforeAll(async () => {
  server = await openRooms({ emptyMatchesPerUser: 0, emptyMatchesPerAddress: 0 });
});
afterAll(async () => {
  for (const { socket } of open) socket.terminate();
  await server.close();
});

const someone = () => `user ${++users}`;

async function reserve(userId: string, wish: { matchId?: string; spectate?: boolean } = {}) {
  const request = { game: "arena", spectate: false, ...wish, options: { durationSeconds: 600 } };
  return server.parts.door.join(request, { userId });
}

async function reserved(userId: string, wish: { matchId?: string; spectate?: boolean } = {}) {
  const joined = await reserve(userId, wish);
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation;
}

function connect(reservation: SeatReservation): BareClient {
  const client = new BareClient(server.url, reservation);
  open.push(client);
  return client;
}

const freeOf = (matchId: string) => server.parts.rooms.matches().find(({ id }) => id === matchId)!.seats;

it("[P6.10] one user cannot reserve all seats of a match, nor all places to watch from", async () => {
  const greedy = someone();
  const { roomId: matchId } = await reserved(greedy);
  for (let times = 0; times < 30; times++) {
    await reserved(greedy, { matchId });
    await reserved(greedy, { matchId, spectate: true });
  }
  // Nor by asking for all of them in one moment.
  await Promise.all(Array.from({ length: 30 }, () => reserve(greedy, { matchId })));
  const others = await Promise.all(Array.from({ length: 15 }, () => reserve(someone(), { matchId })));
  expect(others.filter(({ ok }) => ok)).toHaveLength(15);
  const watchers = Array.from({ length: 15 }, () => reserve(someone(), { matchId, spectate: true }));
  expect((await Promise.all(watchers)).filter(({ ok }) => ok)).toHaveLength(15);
});

it("a user who asks again gets in with the newer reservation; the older one is good for nothing", async () => {
  const user = someone();
  const older = await reserved(user);
  const newer = await reserved(user, { matchId: older.roomId });
  await connect(newer).admitted();
  const late = connect(older);
  await until("the older one to be refused", () => late.closed !== undefined);
  expect(freeOf(older.roomId).taken).toBeGreaterThanOrEqual(1);
});

it("[P6.10] and holds no more than four in all, the newest ones", async () => {
  const matches = await Promise.all(Array.from({ length: 6 }, () => newMatch()));
  const user = someone();
  const all: SeatReservation[] = [];
  for (const matchId of matches) all.push(await reserved(user, { matchId }));
  const first = connect(all[0]!);
  await until("the first to be refused", () => first.closed !== undefined);
  await connect(all[5]!).admitted();
  await connect(all[2]!).admitted();
});

it("[P6.13] has a few places at once; reserved earlier or asked for now, the next is refused until one is left", async () => {
  const user = someone();
  const matches = await Promise.all(Array.from({ length: 9 }, () => newMatch()));
  const sits = async (matchId: string) => connect(await reserved(user, { matchId })).admitted();
  for (const matchId of matches.slice(0, 7)) await sits(matchId);
  const eighth = await reserved(user, { matchId: matches[7]! });
  const ninth = connect(await reserved(user, { matchId: matches[8]! }));
  await ninth.admitted();
  const late = connect(eighth);
  await until("the place too many to be refused", () => late.problem.includes("seat/too-many-yours"));
  const more = { matchId: matches[7]! };
  expect(await reserve(user, more)).toMatchObject({ ok: false, code: "seat/too-many-yours" });
  expect(await reserve(user, { ...more, spectate: true })).toMatchObject({ code: "seat/too-many-yours" });
  expect(await reserve(user, { matchId: matches[0]! })).toMatchObject({ ok: true });
  ninth.socket.send(Uint8Array.of(kinds.leave));
  await until("the place to be free", () => server.parts.host.placesFull(user) === undefined);
  await sits(matches[7]!);
});

it("many who come in one moment, and find no open match, get into the same new one", async () => {
  for (const { live } of server.parts.host.all()) {
    const { id } = live;
    for (let free = 16; free > 0; free--) await reserve(someone(), { matchId: id });
  }
  const before = server.parts.rooms.matches().length;
  const joined = await Promise.all(Array.from({ length: 8 }, () => reserve(someone())));
  expect(joined.filter(({ ok }) => ok)).toHaveLength(8);
  expect(server.parts.rooms.matches()).toHaveLength(before + 1);
});

it("[P6] a full match is a no at once for who wants no new one, however it was asked", async () => {
  const matches = server.parts.rooms.matches().length;
  const bystander = someone();
  // Every open match is full, or there is none: what is left is a new one, or a no.
  for (const { id, seats } of server.parts.rooms.matches())
    for (let free = seats.max - seats.taken; free > 0; free--) await reserve(someone(), { matchId: id });
  const asked = await server.parts.door.join(
    { game: "arena", spectate: false, create: false },
    { userId: bystander },
  );
  expect(asked).toMatchObject({ ok: false, code: "match/unknown" });
  expect(server.parts.rooms.matches()).toHaveLength(matches);
});

/** Made past the door, which would lead into an open one. */
async function newMatch(): Promise<string> {
  return (await matchMaker.handleCreateRoom("arena", { options: { durationSeconds: 600 } })).roomId;
}
