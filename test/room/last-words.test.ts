/** What players hear of the end of a match, whenever they come and however far in they are, over a real socket. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { BookingResponse } from "../../shared/wire/booking.ts";
import { BareClient, openRooms, type RoomServer, until } from "./room-server.ts";

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
