/**
 * Durable rooms that a queue makes, and that callers of the API join: whose the seats are, what the room is told, and what it
 * still knows after its process is lost. The SDK as it is plays them; what a director asks is asked here.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, matchMaker } from "@colyseus/core";
import { type Schema, schema, t } from "@colyseus/schema";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { DurableRoom } from "../../doors/rooms.ts";
import type { BookingRequest } from "../../shared/wire/booking.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, roomOf, until } from "./losing.ts";

const Duel = schema({ map: t.string(), lines: t.array("string") }, "QueuedDuelState");
interface DuelState extends Schema {
  map: string;
  lines: string[];
}
const newDuel = () => new Duel({ map: "", lines: [] } as never) as unknown as DuelState;

/** What rooms were created with, and what their clients are to them. */
const created: unknown[] = [];
const joined: unknown[] = [];

class DuelRoom extends DurableRoom<DuelState> {
  static State = Duel;
  override state = newDuel();
  override maxClients = 4;
  override messages = {
    lock: () => this.lock(),
    hide: () => this.setPrivate(),
    rank: (client: Client, places: number[][]) => {
      this.rankSides(places);
      client.send("ranked");
    },
  };
  queueAtFirst: string | undefined;
  override onCreate(options: { readonly map?: string }): void {
    this.queueAtFirst = this.ofQueue();
    created.push(options);
    this.state.map = options.map ?? "any";
  }
  override onRestore(): void {}
  override onJoin({ auth }: Client, options: object): void {
    joined.push({ options, userId: auth?.userId });
  }
}

/** Lets in who has its own token, and who asks as a spectator would not. */
class Guarded extends DuelRoom {
  static override async onAuth(token: string) {
    if (token !== "its own") throw new Error("no token");
    return { vip: true };
  }
}

/** Its `onAuth` asks for no token. */
class Open extends DuelRoom {
  static override async onAuth(_token: string, options: { readonly age?: number }) {
    return (options.age ?? 0) >= 18 && { grown: true, userId: "of its own" };
  }
}

const directory = temporaryDirectory();
let server: RoomServer;
const losing = new Losing(() => server);
let proposals = 0;

beforeAll(async () => {
  const rooms = { duel: DuelRoom, guarded: Guarded, open: Open };
  const queues = join(directory.path, "queues.json");
  const duels = { name: "duels", room: "duel", teams: 2, teamSize: 1, regions: ["local"] };
  writeFileSync(queues, JSON.stringify([duels]));
  const settings = { seatGraceSeconds: 30, emptyMatchesPerUser: 2, queues };
  server = await openRooms(settings, undefined, rooms);
});

afterEach(async () => {
  await losing.end();
  created.length = 0;
  joined.length = 0;
});

afterAll(async () => {
  await server.close();
  directory.remove();
});

const players = (...sides: (readonly string[])[]): BookingRequest["players"] =>
  sides.flatMap((userIds, team) => userIds.map((userId) => ({ userId, team, ticketId: `t-${userId}` })));

const ask = (where: Partial<BookingRequest> & Pick<BookingRequest, "players">) =>
  server.parts.bookings.book({ proposalId: `proposal ${++proposals}`, ...where });

const newDuelOf = (teamSize = 1, game = "duel"): BookingRequest["newMatch"] => ({
  ...{ game, options: { map: "cave" }, bots: [0, 0] },
  origin: {
    ...{ queue: "duels", region: "local", teams: 2, teamSize, backfill: true, arriveSeconds: 20 },
  },
});

async function booked(...sides: (readonly string[])[]) {
  const answer = await ask({
    players: players(...sides),
    newMatch: newDuelOf(Math.max(...sides.map((s) => s.length))),
  });
  if (!answer.ok) throw new Error(answer.detail);
  return answer.response;
}

const comes = async (reservation: unknown) =>
  losing.plays<DuelState>((await losing.client.consumeSeatReservation(reservation as never)) as never);

async function through(userId: string, wish: object) {
  const answer = await server.parts.door.join({ game: "arena", spectate: false, ...wish }, { userId });
  return answer.ok ? answer.response : answer.code;
}
const admitted = async (userId: string, wish: object) => {
  const answer = await through(userId, wish);
  return typeof answer === "string" ? expect.fail(answer) : answer;
};

const listed = (id: string) => server.parts.rooms.matches().find((match) => match.id === id);
const attendance = (matchId: string) =>
  server.parts.invitations.attendance().find((each) => each.matchId === matchId)!;

it("[P8.14] a queue's room is told of its queue, and each player of their side and seat", async () => {
  const { matchId, reservations } = await booked(["ann", "cat"], ["ben"]);
  expect(created).toEqual([
    {
      map: "cave",
      queue: {
        ...{ name: "duels", region: "local", teams: 2, teamSize: 2, bots: [] },
        players: [
          { userId: "ann", team: 0, seat: 0 },
          { userId: "cat", team: 0, seat: 1 },
          { userId: "ben", team: 1, seat: 2 },
        ],
      },
    },
  ]);
  const ben = await comes(reservations["ben"]);
  await until(() => joined).toEqual([{ options: { seat: 2, team: 1 }, userId: "ben" }]);
  expect(ben.room.roomId).toBe(matchId);
  expect(listed(matchId)).toMatchObject({ game: "duel", queue: "duels", seats: { taken: 1, max: 4 } });
  expect(attendance(matchId).guests.map(({ userId, came }) => [userId, came])).toEqual([
    ...[
      ["ann", false],
      ["cat", false],
      ["ben", true],
    ],
  ]);
});

it("[P8.14] a room knows from the server whether a queue made it, whatever its options say, and after a loss too", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  await comes(reservations["ann"]);
  const ofQueue = (id: string) => roomOf<DuelRoom>(id).ofQueue();
  expect([roomOf<DuelRoom>(matchId).queueAtFirst, ofQueue(matchId)]).toEqual(["duels", "duels"]);
  await losing.lose(matchId);
  expect(ofQueue(matchId)).toBe("duels");
  const forged = { queue: { name: "duels", players: [] }, team: 1, seat: 1 };
  const { room } = losing.plays((await losing.client.create("duel", forged)) as never);
  expect([roomOf<DuelRoom>(room.roomId).queueAtFirst, ofQueue(room.roomId)]).toEqual([undefined, undefined]);
});

it("[P8.14] nobody else gets a place in it: not by its kind, not by its id, and not by the API", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  const ann = await comes(reservations["ann"]);
  const other = await losing.join<DuelState>("duel");
  expect(other.room.roomId).not.toBe(matchId);
  await expect(losing.client.joinById(matchId, {})).rejects.toThrow();
  expect(await through("eve", { matchId })).toBe("match/booked");
  // The room may list itself as it likes.
  void roomOf<DuelRoom>(matchId).setPrivate(false);
  await expect(losing.client.joinById(matchId, { seat: 1, userId: "ben" })).rejects.toThrow();
  expect(ann.room.connection.isOpen).toBe(true);
});

it("[P8.14] over the loss of its process it knows whom it was made for: who comes late has their seat, and nobody else", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  await comes(reservations["ann"]);
  await losing.lose(matchId);
  expect(attendance(matchId).guests.map(({ came }) => came)).toEqual([true, false]);
  expect(await through("eve", { matchId })).toBe("match/booked");
  await comes((await admitted("ben", { matchId })).reservation);
  await until(() => attendance(matchId).seated).toEqual(["ann", "ben"]);
  expect(joined.at(-1)).toEqual({ options: { seat: 1, team: 1 }, userId: "ben" });
  expect((await matchMaker.driver.findOne({ roomId: matchId })).private).toBe(true);
});

it("[P8.14] who asks again by its id gets their own place back, from elsewhere too", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  const ann = await comes(reservations["ann"]);
  ann.room.reconnection.enabled = false;
  const { reservation } = await admitted("ann", { matchId });
  expect(reservation).toMatchObject({ sessionId: ann.id, reconnectionToken: expect.any(String) });
  const back = await comes(reservation);
  expect(back.id).toBe(ann.id);
  await until(() => ann.room.connection.isOpen).toBe(false);
});

it("[P8.14] one that is called off is over, and everybody is told so by the end of their connection", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  const ann = await comes(reservations["ann"]);
  const left = new Promise<unknown[]>((resolve) => ann.room.onLeave((...why) => resolve(why)));
  server.parts.invitations.callOff(matchId);
  expect(await left).toEqual([4000, "match/called-off: somebody did not come"]);
  await until(async () => (await server.store.find(matchId))?.state).toBe("over");
  expect(await through("ben", { matchId })).toBe("match/unknown");
});

it("[P8.14] a free seat is booked for somebody else, and a room that has locked itself asks for nobody", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  const [ann, ben] = [await comes(reservations["ann"]), await comes(reservations["ben"])];
  const free = () => server.parts.rooms.bookedMatches().find(({ id }) => id === matchId)!.free;
  expect(free()).toEqual([]);
  await ben.room.leave();
  await until(free).toEqual([1]);
  ann.room.send("lock");
  await until(free).toEqual([]);
  await roomOf<DuelRoom>(matchId).unlock();
  const late = await ask({ players: [{ userId: "dan", team: 1 }], matchId });
  if (!late.ok) throw new Error(late.detail);
  await comes(late.response.reservations["dan"]);
  await until(() => attendance(matchId).seated).toEqual(["ann", "dan"]);
});

it("[P7] a queue with more seats than its room lets in is refused, named in the log, and leaves no room behind", async () => {
  const warned = vi.spyOn(server.log, "warn");
  const answer = await ask({ players: players(["ann"], ["ben"]), newMatch: newDuelOf(3) });
  expect(answer).toMatchObject({ ok: false, code: "seat/full", detail: expect.stringContaining("6 seats") });
  expect(warned.mock.calls.map(([details]) => details)).toContainEqual(
    expect.objectContaining({ room: "duel", seats: 6, maxClients: 4 }),
  );
  warned.mockRestore();
  await until(() => server.parts.host.all()).toHaveLength(0);
});

it("[P8.15] what the room says of its end is kept over a loss, and counts by who was in it then", async () => {
  const { matchId, reservations } = await booked(["ann"], ["ben"]);
  const [ann, ben] = [await comes(reservations["ann"]), await comes(reservations["ben"])];
  ann.room.send("rank", [[1], [0]]);
  await until(() => ann.heard).toContainEqual(["ranked", undefined]);
  await losing.lose(matchId);
  for (const { room } of [ann, ben]) await room.leave();
  await until(async () => (await server.store.find(matchId))?.state).toBe("over");
  const muOf = async (userId: string) => (await server.ratings(userId))["duels"]?.mu;
  expect(await muOf("ben")).toBeGreaterThan(25);
  expect(await muOf("ann")).toBeLessThan(25);
  const silent = await booked(["cat"], ["dan"]);
  const others = [await comes(silent.reservations["cat"]), await comes(silent.reservations["dan"])];
  for (const { room } of others) await room.leave();
  await until(async () => (await server.store.find(silent.matchId))?.state).toBe("over");
  expect(await muOf("cat")).toBe(undefined);
});

it("the API makes a durable room, leads others into it, and its maker back to their place", async () => {
  const wish = { game: "duel", options: { map: "hill" }, name: "Ann" };
  const [ann, ben] = await Promise.all([admitted("ann", wish), admitted("ben", { game: "duel" })]);
  expect(ben.matchId).toBe(ann.matchId);
  expect(created).toEqual([{ map: "hill", name: "Ann" }]);
  const inside = await comes(ann.reservation);
  expect(joined).toEqual([{ options: { map: "hill", name: "Ann" }, userId: "ann" }]);
  expect(await admitted("ann", { game: "duel" })).toMatchObject({ reservation: { sessionId: inside.id } });
  expect((await admitted("ben", { game: "duel" })).reservation.sessionId).toBe(ben.reservation.sessionId);
  expect(await through("ann", { game: "duel", spectate: true })).toBe("seat/spectators-full");
  expect(await through("dan", { matchId: ann.matchId })).toMatchObject({ matchId: ann.matchId });
  inside.room.send("lock");
  await until(() => roomOf<DuelRoom>(ann.matchId).locked).toBe(true);
  expect(await through("eve", { matchId: ann.matchId })).toBe("seat/full");
  expect(await through("eve", { game: "duel", create: false })).toBe("match/unknown");
});

it("[P6.13] rooms in which nobody else has been count to the user who made them", async () => {
  for (const _ of [1, 2]) {
    const { reservation, matchId } = await admitted("ann", { game: "duel" });
    await (await comes(reservation)).room.send("lock");
    await until(() => roomOf<DuelRoom>(matchId).locked).toBe(true);
    for (const { live } of server.parts.host.all()) live.match.leave(reservation.sessionId);
    await until(() => server.parts.host.placesFull("ann")).toBe(undefined);
  }
  expect(await through("ann", { game: "duel" })).toBe("match/too-many-yours");
});

it("a room that hides itself is in no list, and who knows its id is let in", async () => {
  const { reservation, matchId } = await admitted("ann", { game: "duel" });
  const ann = await comes(reservation);
  expect(listed(matchId)).toMatchObject({ seats: { taken: 1, max: 4 } });
  ann.room.send("hide");
  await until(() => listed(matchId)).toBe(undefined);
  expect(server.parts.rooms.match(matchId)).toMatchObject({ id: matchId });
  expect((await admitted("ben", { matchId })).matchId).toBe(matchId);
});

it("[P1.20] what the room's own onAuth refuses, the API does not let in, and what it says is what the room knows", async () => {
  expect(await through("ann", { game: "guarded" })).toBe("room/refused");
  expect(await through("ann", { game: "open", options: { age: 7 } })).toBe("room/refused");
  expect(created).toEqual([]);
  const { reservation } = await admitted("ann", { game: "open", options: { age: 40 } });
  const ann = await comes(reservation);
  const [client] = roomOf<DuelRoom>(ann.room.roomId).clients;
  expect(client!.auth).toEqual({ grown: true, userId: "ann" });
});
