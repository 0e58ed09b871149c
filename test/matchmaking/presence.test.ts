/** Tickets that nobody asks for any more are not put into a match, and the others of the proposal go on. */
import { expect, test } from "vitest";
import { type Booked, seatingOf } from "../../server/matchmaking/director/booked-seating.ts";
import { ticketSeen } from "../../server/matchmaking/tickets/presence.ts";
import { readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { queued, world } from "./world.ts";

const unseenMsMax = 90_000;

test("a ticket that nobody asked for is taken back, its partner is matched with somebody who waits", async () => {
  const parts = world();
  const gone = await queued(parts, "ann");
  await parts.pass(unseenMsMax + 1);
  const ben = await queued(parts, "ben");
  const booked: string[][] = [];
  const seating = seatingOf({
    parts,
    book: async ({ players }): Promise<Booked> => {
      booked.push(players.map(({ userId }) => userId).sort());
      const seats = players.map(({ userId }) => [userId, reservationOf(userId)]);
      return { ok: true, response: { matchId: "m1", reservations: Object.fromEntries(seats) } };
    },
  });
  const director = parts.director(seating);
  await director.runOnce();
  await director.settled();
  expect(await read(gone.ticket.id, "ann")).toBe("cancelled");
  const cem = await queued(parts, "cem");
  for (let turns = 0; turns < 3; turns++) {
    await parts.pass(200);
    await director.runOnce();
    await director.settled();
  }
  expect(booked).toEqual([["ben", "cem"]]);
  expect([await read(ben.ticket.id, "ben"), await read(cem.ticket.id, "cem")]).toEqual([
    "assigned",
    "assigned",
  ]);

  async function read(ticketId: string, userId: string): Promise<string | undefined> {
    const found = await readTicket(parts, { ticketId, userId });
    return found.ok ? found.ticket.state : undefined;
  }
});

test("a ticket that is old and asked for is not gone", async () => {
  const parts = world();
  const { ticket } = await queued(parts, "ann");
  await parts.pass(unseenMsMax - 1000);
  await ticketSeen(parts, ticket);
  await parts.pass(5000);
  await queued(parts, "ben");
  let asked = 0;
  const director = parts.director(
    seatingOf({
      parts,
      book: async () => {
        asked++;
        return { ok: false, code: "fleet/no-room" };
      },
    }),
  );
  await director.runOnce();
  await director.settled();
  expect(asked).toBe(1);
});

const reservationOf = (userId: string) => ({
  name: "arena",
  sessionId: userId,
  roomId: "m1",
  processId: "p",
});
