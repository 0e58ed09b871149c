/** How a director's wish becomes seats: the question that rooms are asked, and which nodes of a fleet are asked it. */
import { expect, test } from "vitest";
import type { NodeClient } from "../../../server/api/node-client.ts";
import { fleetBooking } from "../../../server/compose/matchmaking/fleet-booking.ts";
import { type Booked, seatingOf } from "../../../server/compose/matchmaking/seating.ts";
import type { MatchLocator } from "../../../server/fleet/match-locator.ts";
import { builtInGames as games } from "../../../server/games.ts";
import type { Proposal } from "../../../server/matchmaking/engine/proposals.ts";
import { createTicket } from "../../../server/matchmaking/tickets/create-ticket.ts";
import type { BookingRequest } from "../../../shared/wire/booking.ts";
import { bookingRequest } from "../../../shared/wire/booking.ts";
import { entry, hosted, registered } from "../../fleet/node-entries.ts";
import { queued, world } from "../../matchmaking/world.ts";

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

test("a proposal becomes one question: each player with their side, and a match as the queue wants it", async () => {
  const parts = world();
  const wish = {
    ...{ queue: "pairs", latencyMs: {}, backfill: false },
    players: [{ userId: "ann", name: "Ann" }, { userId: "ben" }],
  };
  const party = await createTicket(parts, { userId: "ann", idempotencyKey: "a key of them", wish });
  const cat = await queued(parts, "cat", { queue: "pairs" });
  if (!party.ok) throw new Error(party.detail);
  const proposal: Proposal = {
    ...{ queue: "pairs", region: "eu", bots: [1, 0], teams: [[cat.ticket.id], [party.ticket.id]] },
    quality: { ratingSpread: 0, latencyMsMax: 0, winProbability: 0.5 },
  };
  const asked: [BookingRequest, string][] = [];
  const seating = seatingOf({
    parts,
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
      { userId: "ann", name: "Ann", team: 1, ticketId: party.ticket.id },
      { userId: "ben", team: 1, ticketId: party.ticket.id },
      { userId: "cat", team: 0, ticketId: cat.ticket.id },
    ],
    newMatch: {
      ...{ game: "arena", options: {}, bots: [1, 0] },
      origin: { queue: "pairs", region: "eu", teams: 2, teamSize: 2, backfill: false, arriveSeconds: 20 },
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

/** Nodes that answer as they are told, in the order in which they are asked. */
function fleet(answers: readonly (Booked | Error)[], nodeNames = ["a", "b", "c"]) {
  const asked: string[] = [];
  const version = games.find(({ name }) => name === "arena")!.version;
  const registeredNodes = nodeNames.map((name) =>
    registered(name, {
      entry: entry(name, {
        ...{ publicAddress: `${name}.example:1`, games: { arena: version } },
        matches: name === "b" ? [hosted("m1")] : [],
      }),
    }),
  );
  const nodes: Pick<NodeClient, "book"> = {
    book: async (address, request) => {
      asked.push(address);
      const answer = answers[asked.length - 1] ?? bookedFor(request);
      if (answer instanceof Error) throw answer;
      return answer as never;
    },
  };
  const locator: Pick<MatchLocator, "nodes" | "ownerOf"> = {
    nodes: () => registeredNodes,
    ownerOf: async (id) => (id === "m1" ? "b:1" : undefined),
  };
  const book = fleetBooking({ locator: locator as MatchLocator, nodes: nodes as NodeClient, games });
  return { book, asked };
}

const origin = { queue: "duel", region: "eu", teams: 2, teamSize: 1, backfill: false };
const newMatch: BookingRequest = {
  ...{ proposalId: "p1", players: [{ userId: "ann", team: 0 }] },
  newMatch: { game: "arena", options: {}, bots: [0, 0], origin },
};
const backfill = (matchId: string): BookingRequest => ({
  ...{ proposalId: "p1", players: [{ userId: "ann", team: 0 }], matchId },
});
const where = { region: "eu", signal };

test("a new match is asked of one node, and the answer says where it is", async () => {
  const { book, asked } = fleet([]);
  const booked = await book(newMatch, where);
  expect(asked).toHaveLength(1);
  expect(booked).toMatchObject({ ok: true, address: `${asked[0]!.split(":")[0]}.example:1` });
});

test.each<[string, Booked | Error]>([
  ["is full", { ok: false, code: "node/full" }],
  ["runs all the matches it may", { ok: false, code: "match/too-many" }],
  ["has another secret", { ok: false, code: "request/forbidden" }],
  ["has no store", { ok: false, code: "store/unavailable" }],
  ["does not answer", new Error("fetch failed")],
])("when a node %s, the next one is asked, and not the same", async (_why, answer) => {
  const { book, asked } = fleet([answer]);
  expect(await book(newMatch, where)).toMatchObject({ ok: true });
  expect(new Set(asked).size).toBe(2);
});

test("[P6] two nodes are asked, no more, and the last no counts; one that no other would say differently is final", async () => {
  const full = fleet([{ ok: false, code: "node/full" }, new Error("fetch failed")]);
  expect(await full.book(newMatch, where)).toEqual({ ok: false, code: "seating/no-answer" });
  expect(full.asked).toHaveLength(2);
  const bad = fleet([{ ok: false, code: "match/bad-options" }]);
  expect(await bad.book(newMatch, where)).toEqual({ ok: false, code: "match/bad-options" });
  expect(bad.asked).toHaveLength(1);
  const nobody = fleet([], []);
  expect(await nobody.book(newMatch, where)).toEqual({ ok: false, code: "fleet/no-room" });
});

test("who does not wait any longer has no further node asked", async () => {
  const gone = new AbortController();
  const { book, asked } = fleet([{ ok: false, code: "node/full" }]);
  gone.abort();
  expect(await book(newMatch, { region: "eu", signal: gone.signal })).toMatchObject({ ok: false });
  expect(asked).toEqual([]);
});

test("a running match is asked where it is, and the answer says where that is", async () => {
  const { book, asked } = fleet([]);
  expect(await book(backfill("m1"), where)).toMatchObject({ ok: true, address: "b.example:1" });
  expect(asked).toEqual(["b:1"]);
  expect(await book(backfill("gone"), where)).toEqual({ ok: false, code: "match/unknown" });
});
