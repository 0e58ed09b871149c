/** Which nodes of a fleet are asked for the seats of a proposal, in which order, and which answer counts. */
import { expect, test } from "vitest";
import { fleetBooking, type RemoteBooking } from "../../server/fleet/booking.ts";
import { builtInGames as games } from "../../server/games.ts";
import type { BookingRequest } from "../../shared/wire/booking.ts";
import { entry, hosted, registered } from "./node-entries.ts";

const reservation = (userId: string) => ({
  ...{ name: "arena", sessionId: `of ${userId}`, roomId: "m1", processId: "p" },
});
const bookedFor = ({ players }: BookingRequest): RemoteBooking => ({
  ok: true,
  response: {
    matchId: "m1",
    reservations: Object.fromEntries(players.map(({ userId }) => [userId, reservation(userId)])),
  },
});
const signal = new AbortController().signal;

/** Nodes that answer as they are told, in the order in which they are asked. */
function fleet(answers: readonly (RemoteBooking | Error)[], nodeNames = ["a", "b", "c"]) {
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
  const nodes = {
    book: async (address: string, request: BookingRequest) => {
      asked.push(address);
      const answer = answers[asked.length - 1] ?? bookedFor(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const locator = {
    nodes: () => registeredNodes,
    ownerOf: async (id: string) => (id === "m1" ? "b:1" : undefined),
  };
  const book = fleetBooking({ locator, nodes, games });
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

test.each<[string, RemoteBooking | Error]>([
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
