/** Who has the session but not the seat's token: back to their seat by every door, and to no seat that they left. */
import { Client, type Room } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { roomOf } from "../../server/room/reservation.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { BareClient, openRooms, type RoomServer, until } from "./room-server.ts";

type Guest = Awaited<ReturnType<RoomServer["guest"]>>;
type Place = Pick<Room, "roomId" | "sessionId">;

let server: RoomServer;
const rooms: Room[] = [];

beforeAll(async () => {
  server = await openRooms({ unackedTicksMax: 10 });
});

afterEach(async () => {
  for (const room of rooms.splice(0)) if (room.connection.isOpen) await room.leave();
});

afterAll(async () => {
  await server.close();
});

const sdk = ({ token }: Guest) => {
  const client = new Client(server.url.replace("ws", "http"));
  client.auth.token = token;
  return client;
};

async function entered(entering: Promise<Room>): Promise<Room> {
  const room = await entering;
  room.reconnection.enabled = false;
  room.onMessage("*", () => {});
  rooms.push(room);
  await until("the seat", () => live(room).match.seat(room.sessionId)?.droppedAt === undefined);
  return room;
}

const live = ({ roomId }: Place) => server.parts.host.all().find((each) => each.live.id === roomId)!.live;
const seat = (place: Place) => live(place).match.seat(place.sessionId);
const closeCode = (room: Room) =>
  new Promise<number>((resolve) => room.onLeave.once((code) => resolve(code)));

const byApi = async ({ userId }: Guest, matchId?: string): Promise<SeatReservation> => {
  const request = { game: "arena", spectate: false, ...(matchId !== undefined && { matchId }) };
  const joined = await server.parts.door.join(request, { userId });
  if (!joined.ok) throw new Error(joined.code);
  return joined.response.reservation;
};

const doors: Record<string, (guest: Guest, matchId: string) => Promise<Room>> = {
  "the SDK's joinOrCreate": (guest) => sdk(guest).joinOrCreate("arena"),
  "the SDK's joinById": (guest, matchId) => sdk(guest).joinById(matchId),
  "the API without a match": async (guest) =>
    sdk(guest).consumeSeatReservation((await byApi(guest)) as never),
  "the API with the match": async (guest, matchId) =>
    sdk(guest).consumeSeatReservation((await byApi(guest, matchId)) as never),
};

describe.each(Object.entries(doors))("who comes by %s", (_door, enter) => {
  it("[P5] has the seat that is held for them", async () => {
    const guest = await server.guest();
    const first = await entered(sdk(guest).create("arena"));
    const there = roomOf(first.roomId)!.clients.get(first.sessionId)!;
    (there.ref as unknown as WebSocket).terminate();
    await until("the seat to be held", () => seat(first)?.droppedAt !== undefined);
    const again = await entered(enter(guest, first.roomId));
    expect([again.roomId, again.sessionId]).toEqual([first.roomId, first.sessionId]);
  });

  it("[P5] has the seat whose older connection is still open, which is closed for good", async () => {
    const guest = await server.guest();
    const first = await entered(sdk(guest).create("arena"));
    const closed = closeCode(first);
    const again = await entered(enter(guest, first.roomId));
    expect([again.roomId, again.sessionId]).toEqual([first.roomId, first.sessionId]);
    expect(await closed).toBe(4409);
  });

  it("[P5] has a new seat when they gave the old one back, also while that waits for the store", async () => {
    const guest = await server.guest();
    const first = await entered(sdk(guest).create("arena"));
    const goOn = server.store.stall();
    await until("the match to freeze", () => live(first).frozen);
    const left = closeCode(first);
    const there = roomOf(first.roomId)!;
    void first.leave();
    await until("the room to hear of it", () => there.clients.get(first.sessionId) === undefined);
    const entering = enter(guest, first.roomId);
    goOn();
    const again = await entered(entering);
    await left;
    expect(again.sessionId).not.toBe(first.sessionId);
    await until("the old seat to go", () => seat(first) === undefined);
  });
});

describe("who is just coming in", () => {
  it("[P7] is told to ask again, and nothing else", async () => {
    const guest = await server.guest();
    const host = await entered(sdk(await server.guest()).create("arena"));
    const goOn = server.store.stall();
    await until("the match to freeze", () => live(host).frozen);
    const entering = sdk(guest).joinById(host.roomId);
    await until("the join to wait", () => live(host).match.seatOfPlayer(guest.userId) === "coming");
    await expect(byApi(guest, host.roomId)).rejects.toThrow("seat/busy");
    await expect(sdk(guest).joinById(host.roomId)).rejects.toThrow("seat/busy");
    goOn();
    await entered(entering);
  });
});

describe("one spectator more than may watch", () => {
  const watching = { sessionId: "", userId: "", name: "", token: "", spectate: true };

  it("[P6] is refused in words by every door", async () => {
    const host = await entered(sdk(await server.guest()).create("arena"));
    const { match } = live(host);
    const reserve = (userId: string) =>
      server.parts.door.join({ game: "arena", spectate: true, matchId: host.roomId }, { userId });
    const early = await reserve("early");
    if (!early.ok) throw new Error(early.detail);
    for (let at = 1; at < 16; at++) match.join({ ...watching, sessionId: `s${at}`, userId: `u${at}` });
    expect(await reserve("late")).toMatchObject({ ok: false, code: "seat/spectators-full" });
    const late = sdk(await server.guest()).joinById(host.roomId, { spectate: true });
    await expect(late).rejects.toThrow("seat/spectators-full");
    expect(match.join({ ...watching, sessionId: "s16", userId: "u16" })).toMatchObject({ ok: true });
    const client = new BareClient(server.url, early.response.reservation);
    await until("the connection to be closed", () => client.closed !== undefined);
    expect(client.problem).toContain("seat/spectators-full");
    expect(match.join({ ...watching, sessionId: "player", userId: "p", spectate: false })).toMatchObject({
      ok: true,
    });
  });
});
