/** When the full state leaves that a joining client is sent, over a real socket and with a store that stands still. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

const ping = 18;
let server: RoomServer;

beforeAll(async () => {
  server = await openRooms({ unackedTicksMax: 10 });
});

afterAll(async () => {
  await server.close();
});

async function reserve(userId: string, matchId?: string): Promise<SeatReservation> {
  const request = { game: "arena", spectate: false, ...(matchId !== undefined && { matchId }) };
  const joined = await server.parts.door.join(request, { userId });
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation;
}

it("[P2.3] the full state of a player who joins waits until its tick is durable", async () => {
  const first = await reserve("ada");
  const player = await new BareClient(server.url, first).admitted();
  const joining = new BareClient(server.url, await reserve("ben", first.roomId));
  await until("the room to let somebody in", () => joining.saw(kinds.join));
  const { live } = server.parts.host.all().find((each) => each.live.id === first.roomId)!;

  const goOn = server.store.stall();
  await until("a tick that is not durable", () => live.match.tick > live.durableTick + 2);
  joining.acknowledge();
  // Messages are answered in order, and a pong passes the gate: whatever the room sent before it has come.
  joining.socket.send(Uint8Array.of(ping));
  await until("the pong", () => joining.saw(ping));
  expect(joining.saw(kinds.state)).toBe(false);
  const shownTick = live.match.tick;
  expect(shownTick).toBeGreaterThan(live.durableTick);

  goOn();
  await until("the state", () => joining.saw(kinds.state));
  expect(live.durableTick).toBeGreaterThanOrEqual(shownTick);
  for (const { socket } of [player, joining]) socket.terminate();
});
