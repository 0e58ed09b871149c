/** What players hear of the end of a match, whenever they come and however far in they are, over a real socket. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { roomOf } from "../../server/room/reservation.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { BookingResponse } from "../../shared/wire/booking.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;
let proposals = 0;

beforeAll(async () => {
  server = await openRooms();
});

afterAll(() => server.close());

/** Two against two, made by a queue: ann and ben of one ticket, cat and dan of another. */
async function booked(): Promise<BookingResponse> {
  const player = (userId: string, team: number) => ({ userId, team, ticketId: `ticket ${team}` });
  const players = [player("ann", 0), player("ben", 0), player("cat", 1), player("dan", 1)];
  const origin = { queue: "q", region: "local", teams: 2, teamSize: 2, backfill: false, arriveSeconds: 60 };
  const newMatch = { game: "arena", options: {}, bots: [0, 0], origin };
  const answer = await server.parts.bookings.book({ proposalId: `p${++proposals}`, players, newMatch });
  return answer.ok ? answer.response : expect.fail(answer.detail);
}

const come = (reservation: unknown) => new BareClient(server.url, reservation as SeatReservation);
const hears = (client: BareClient, text: string) =>
  until(`the words "${text}"`, () => client.data.some((each) => each.includes(text)));

async function toWatch(matchId: string): Promise<SeatReservation> {
  const request = { game: "arena", matchId, spectate: true };
  const joined = await server.parts.door.join(request, { userId: "eve" });
  return joined.ok ? joined.response.reservation : expect.fail(joined.detail);
}

it("who came to a match that is called off hears whether their ticket waits again, or somebody of their party was missing", async () => {
  const { matchId, reservations } = await booked();
  const [ann, cat, dan] = [come(reservations["ann"]), come(reservations["cat"]), come(reservations["dan"])];
  const eve = come(await toWatch(matchId));
  for (const client of [ann, cat, dan, eve]) await client.admitted();
  server.parts.invitations.callOff(matchId);
  await hears(ann, "Somebody of your party did not come");
  for (const client of [cat, dan]) await hears(client, "You are back in the queue");
  await hears(eve, "does not count");
  expect(eve.data.join()).not.toContain("back in the queue");
  for (const client of [ann, cat, dan, eve]) await until("the end", () => client.closed?.code === 4000);
});

/** Told where it is, and so slow that the room does not know yet that it listens. */
async function onTheWayIn(reservation: unknown): Promise<BareClient> {
  const client = come(reservation);
  await until("the room to let somebody in", () => client.saw(kinds.join));
  return client;
}

it("[P7] who is on the way in when a match is called off hears why, and so does the end of their connection", async () => {
  const { matchId, reservations } = await booked();
  const ann = await onTheWayIn(reservations["ann"]);
  server.parts.invitations.callOff(matchId);
  await hears(ann, "Somebody of your party did not come");
  await until("the end", () => ann.closed !== undefined);
  expect(ann.closed).toEqual({ code: 4000, reason: "match/called-off: somebody did not come" });
});

it("[P7] who is on the way in when a match breaks hears so", async () => {
  const { matchId, reservations } = await booked();
  const [ann, cat] = [await onTheWayIn(reservations["ann"]), await come(reservations["cat"]).admitted()];
  roomOf(matchId)!.stopped({ code: "match/failed", message: "a rule threw" });
  for (const client of [ann, cat]) {
    await hears(client, "match-stopped");
    await until("the end", () => client.closed !== undefined);
    expect(client.closed).toEqual({ code: 4002, reason: "match/failed: its record is kept" });
  }
});

it("[P5] who comes back to a match that ended meanwhile hears that it is over, and how it ended", async () => {
  const asked = { game: "arena", spectate: false, options: { durationSeconds: 10 } };
  const joined = await server.parts.door.join(asked, { userId: "fay" });
  if (!joined.ok) throw new Error(joined.detail);
  const { reservation } = joined.response;
  const before = await come(reservation).admitted();
  before.socket.terminate();
  const { live } = roomOf(reservation.roomId)!;
  await until("the end of the match", () => {
    for (let ticks = 0; ticks < 5; ticks++) live.tick();
    return live.match.outcome !== undefined;
  });
  await until("the store to know", () => live.lifecycle === "over");
  const back = new BareClient(server.url, reservation, before.token);
  await until("the room to let somebody in", () => back.saw(kinds.join));
  back.acknowledge();
  await hears(back, "The match is over.");
  expect(back.data.join()).toContain("outcome");
  back.socket.terminate();
});

it("[P5] who is on the way in when a server closes hears that it does", async () => {
  const { reservations } = await booked();
  const ann = await onTheWayIn(reservations["ann"]);
  server.parts.rooms.sendEveryoneAway();
  await hears(ann, "The server restarts");
  await until("the end", () => ann.closed !== undefined);
  expect(ann.closed).toEqual({ code: 4010, reason: "server restarts" });
});
