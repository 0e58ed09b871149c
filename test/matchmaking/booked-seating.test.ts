/** How a director's proposals and backfills become booking requests, and their answers seats. */
import { expect, test } from "vitest";
import { type Booked, seatingOf } from "../../server/matchmaking/director/booked-seating.ts";
import type { Proposal } from "../../server/matchmaking/engine/proposals.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { type BookingRequest, bookingRequest } from "../../shared/wire/booking.ts";
import { queued, world } from "./world.ts";

const reservation = (userId: string) => ({
  ...{ name: "arena", sessionId: `of ${userId}`, roomId: "m1", processId: "p" },
});
const bookedFor = ({ players }: BookingRequest): Booked => ({
  ok: true,
  response: {
    matchId: "m1",
    reservations: Object.fromEntries(players.map(({ userId }) => [userId, reservation(userId)])),
  },
});
const signal = new AbortController().signal;

test("[P1.16] a proposal becomes one question: each player with their side and profile, and a match as the queue wants it", async () => {
  const parts = world();
  const wish = {
    ...{ queue: "pairs", latencyMs: {}, backfill: false },
    players: [{ userId: "ann", name: "Ann", profile: { rank: 3 } }, { userId: "ben" }],
  };
  const party = await createTicket(parts, { userId: "ann", idempotencyKey: "a key of them", wish });
  const cat = await queued(parts, "cat", { queue: "pairs" });
  if (!party.ok) throw new Error(party.detail);
  const proposal: Proposal = {
    ...{ queue: "pairs", region: "eu", bots: [1, 0], teams: [[cat.ticket.id], [party.ticket.id]] },
    quality: { ratingSpread: 0, latencyMsMax: 0, winProbability: 0.5 },
  };
  const asked: [BookingRequest, string][] = [];
  const rules = { ...parts.queues.get("pairs")!, serverOptions: { stake: 5 } };
  const seating = seatingOf({
    parts: { ...parts, queues: new Map([["pairs", rules]]) },
    book: async (request, { region }) => {
      asked.push([request, region]);
      return { ...bookedFor(request), address: "node:1" } as Booked;
    },
  });
  const seated = await seating.seat({
    proposalId: "p1",
    proposal,
    tickets: [party.ticket, cat.ticket],
    signal,
  });
  const [[request, region]] = asked as [[BookingRequest, string]];
  expect(bookingRequest.parse(request)).toEqual({
    proposalId: "p1",
    players: [
      { userId: "ann", name: "Ann", profile: { rank: 3 }, team: 1, ticketId: party.ticket.id },
      { userId: "ben", team: 1, ticketId: party.ticket.id },
      { userId: "cat", team: 0, ticketId: cat.ticket.id },
    ],
    newMatch: {
      ...{ game: "arena", options: {}, bots: [1, 0] },
      origin: {
        ...{ queue: "pairs", region: "eu", teams: 2, teamSize: 2, backfill: false, arriveSeconds: 20 },
        serverOptions: { stake: 5 },
      },
    },
  });
  expect(region).toBe("eu");
  expect(seated).toMatchObject({ ok: true, matchId: "m1", address: "node:1" });
  expect(seated.ok && Object.keys(seated.seats)).toEqual(["ann", "ben", "cat"]);
  expect(seated.ok && seated.seats["ben"]).toEqual({ sessionId: "of ben", reservation: reservation("ben") });
});

test("a ticket for a running match asks that one, for its side; a no is handed on", async () => {
  const parts = world();
  const ann = await queued(parts, "ann");
  const asked: BookingRequest[] = [];
  const seating = seatingOf({
    parts,
    book: async (request) => {
      asked.push(request);
      return { ok: false, code: "seat/full" };
    },
  });
  const joining = [{ ticket: ann.ticket, team: 1 }];
  const answer = await seating.backfill({ proposalId: "p1", matchId: "m1", region: "eu", joining, signal });
  expect(answer).toEqual({ ok: false, code: "seat/full" });
  const players = [{ userId: "ann", team: 1, ticketId: ann.ticket.id }];
  expect(asked).toEqual([{ proposalId: "p1", players, matchId: "m1" }]);
});
