/** What a player who comes while a match is not saved hears of it, over a real socket. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;
let users = 0;

beforeAll(async () => {
  server = await openRooms({ unackedTicksMax: 10, gate: "available" });
});

afterAll(async () => {
  await server.close();
});

async function reserve(matchId?: string): Promise<SeatReservation> {
  const request = { game: "arena", spectate: false, ...(matchId !== undefined && { matchId }), options: {} };
  const joined = await server.parts.door.join(request, { userId: `user ${++users}` });
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation;
}

const live = (matchId: string) => server.parts.host.all().find((each) => each.live.id === matchId)!.live;
const notices = (client: BareClient) => client.data.filter((text) => text.includes("notice"));
const hears = (client: BareClient, kind: string) =>
  until(`the word ${kind}`, () =>
    notices(client).some((text) => text.includes(`${String.fromCharCode(0xa0 + kind.length)}${kind}`)),
  );

it("[P2.7] says it to who is on the way in when it begins, after the client has acknowledged its join", async () => {
  const goOn = server.store.stall();
  const reservation = await reserve();
  const client = new BareClient(server.url, reservation);
  await until("the match to play on unprotected", () => live(reservation.roomId).unprotected);
  await until("the room's word", () => client.saw(kinds.join));
  await until("the next patches", () => live(reservation.roomId).match.tick > 30);
  expect(client.data).toEqual([]);
  client.acknowledge();
  await hears(client, "unprotected");
  expect(client.data[0]).toContain("welcome");
  goOn();
  await hears(client, "protected");
  client.socket.terminate();
});

it("[P2.7] says it to who comes while it lasts, and not to who comes afterwards", async () => {
  const reservation = await reserve();
  await new BareClient(server.url, reservation).admitted();
  const goOn = server.store.stall();
  await until("the match to play on unprotected", () => live(reservation.roomId).unprotected);
  const during = await new BareClient(server.url, await reserve(reservation.roomId)).admitted();
  await hears(during, "unprotected");
  goOn();
  await hears(during, "protected");
  const after = await new BareClient(server.url, await reserve(reservation.roomId)).admitted();
  await until("the welcome", () => after.data.length > 0);
  expect(notices(after)).toEqual([]);
});
