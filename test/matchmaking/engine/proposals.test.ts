/** The engine's rules one by one, on pools small enough to see the answer. */
import { expect, test } from "vitest";
import { proposals } from "../../../server/matchmaking/engine/proposals.ts";
import type { OpenSeats, WaitingTicket } from "../../../server/matchmaking/engine/ticket.ts";
import { nowMs, rulesOf, ticket } from "./waiting.ts";

const scan = (tickets: WaitingTicket[], rules: Record<string, unknown> = {}, openSeats: OpenSeats[] = []) =>
  proposals({ tickets, openSeats, rules: rulesOf(rules), nowMs });
const duel = { teamSize: 1 };
const alone = (count: number, mu = 25) =>
  Array.from({ length: count }, (_, at) => ticket(`a${at}`, { mu: [mu] }));

test("two meet when both windows hold the other, not when only the longer waiting one's does", () => {
  const patient = ticket("patient", { mu: [25], waitedSeconds: 30 });
  expect(scan([patient, ticket("new", { mu: [29] })], duel).proposals).toEqual([]);
  const both = scan([patient, ticket("old", { mu: [29], waitedSeconds: 20 })], duel).proposals;
  expect(both.map(({ teams }) => teams)).toEqual([[["patient"], ["old"]]]);
});

test("the nearest in rating are matched, the oldest choosing first", () => {
  const made = scan(
    [
      ticket("old", { mu: [25], waitedSeconds: 9 }),
      ticket("far", { mu: [26.5] }),
      ticket("near", { mu: [24.5] }),
      ticket("far-too", { mu: [27] }),
    ],
    duel,
  );
  expect(made.proposals.map(({ teams }) => teams.flat().sort())).toEqual([
    ["near", "old"],
    ["far", "far-too"],
  ]);
});

test("sides are balanced: of four the best plays with the worst", () => {
  const tickets = [24, 24.5, 25.5, 26].map((mu) => ticket(`mu${mu}`, { mu: [mu] }));
  const [made] = scan(tickets).proposals;
  expect(made!.teams.map((side) => [...side].sort()).sort()).toEqual([
    ["mu24", "mu26"],
    ["mu24.5", "mu25.5"],
  ]);
  expect(made!.quality.winProbability).toBeCloseTo(0.5, 6);
});

test("parties are packed even when the nearest do not fill a side", () => {
  const tickets = [
    ticket("three", { mu: [25, 25, 25], waitedSeconds: 5 }),
    ticket("two", { mu: [25.1, 25.1] }),
    ticket("pair", { mu: [25.1, 25.1] }),
    ticket("one", { mu: [26.5] }),
  ];
  const [made] = scan(tickets, { teamSize: 4 }).proposals;
  expect(made!.teams.map((side) => [...side].sort())).toEqual([
    ["one", "three"],
    ["pair", "two"],
  ]);
});

test("a match that would be too uneven waits until its limit has grown", () => {
  const unfairness = { start: 0.02, growPerSecond: 0.01, max: 0.4 };
  const pair = (waitedSeconds: number) => [
    ticket("a", { mu: [25], waitedSeconds }),
    ticket("b", { mu: [26.5], waitedSeconds }),
  ];
  expect(scan(pair(0), { ...duel, unfairness }).proposals).toEqual([]);
  expect(scan(pair(10), { ...duel, unfairness }).proposals).toHaveLength(1);
});

test("the region with the shortest round trip of the oldest is tried first", () => {
  const latencyMs = { eu: 50, us: 20 };
  const tickets = ["a", "b"].map((id) => ticket(id, { latencyMs }));
  const [made] = scan(tickets, duel).proposals;
  expect(made).toMatchObject({ region: "us", quality: { latencyMsMax: 20 } });
});

test("a far region is accepted only after waiting", () => {
  const pair = (waitedSeconds: number) => [
    ticket("near", { latencyMs: { eu: 20 }, waitedSeconds }),
    ticket("far", { latencyMs: { eu: 120, us: 30 }, waitedSeconds }),
  ];
  expect(scan(pair(39), duel).proposals).toEqual([]);
  expect(scan(pair(40), duel).proposals[0]).toMatchObject({ region: "eu", quality: { latencyMsMax: 120 } });
});

test("a player who has a bad line everywhere still gets the best region at once", () => {
  const tickets = ["a", "b"].map((id) => ticket(id, { latencyMs: { eu: 400, us: 900 } }));
  expect(scan(tickets, duel).proposals[0]).toMatchObject({ region: "eu" });
});

test("who wants no mode in particular plays any", () => {
  const tickets = [ticket("any"), ticket("towers", { mode: "towers" }), ticket("flags", { mode: "flags" })];
  const [made, ...more] = scan(tickets, { ...duel, modes: ["flags", "towers"] }).proposals;
  expect(made!.teams.flat()).toContain("any");
  expect(made!.teams.flat()).toContain(made!.mode);
  expect(more).toEqual([]);
});

test("roles are filled, and told", () => {
  const roles = { tank: 1, scout: 1 };
  const scouts = ["a", "b", "c"].map((id) => ticket(id, { roles: [["scout"]] }));
  expect(scan([...scouts, ticket("any")], { roles }).proposals).toEqual([]);
  const tank = ticket("tank", { roles: [["tank"]] });
  const [made] = scan([...scouts, ticket("any"), tank], { roles }).proposals;
  const told = Object.assign({}, ...made!.roles!) as Record<string, string>;
  expect(told["tank.0"]).toBe("tank");
  expect(told["any.0"]).toBe("tank");
  expect(Object.values(told).sort()).toEqual(["scout", "scout", "tank", "tank"]);
});

test("bots fill up after the limit, players spread over the sides", () => {
  const bots = { botsAfterSeconds: 20, playersMin: 2 };
  const three = (waitedSeconds: number) => [ticket("old", { waitedSeconds }), ...alone(1)];
  expect(scan(three(19), bots).proposals).toEqual([]);
  const [made] = scan(three(20), bots).proposals;
  expect(made).toMatchObject({ bots: [1, 1], teams: [["old"], ["a0"]] });
  expect(scan([ticket("old", { waitedSeconds: 20 })], bots).proposals).toEqual([]);
});

test("in a free-for-all everybody is an opponent: even is one of n, also for parties on the one side", () => {
  const [many] = scan(alone(4), { teams: 4, teamSize: 1 }).proposals;
  const [one] = scan([ticket("pair", { mu: [25, 25] }), ...alone(2)], { teams: 1, teamSize: 4 }).proposals;
  expect(many!.quality.winProbability).toBeCloseTo(0.25, 6);
  expect(one!.quality.winProbability).toBeCloseTo(0.25, 6);
});

const openMatch = (free: readonly number[], mu: readonly (readonly number[])[]): OpenSeats => ({
  matchId: "running",
  queue: "test",
  region: "eu",
  teams: free.map((seats, at) => ({ free: seats, players: ticket(`p${at}`, { mu: mu[at]! }).players })),
  askedAtMs: nowMs,
});

test("a running match gets players who allow it, on the weaker side, and before new matches do", () => {
  const willing = ticket("willing", { mu: [25], backfill: true });
  const made = scan([willing, ticket("b")], duel, [openMatch([1, 1], [[26], [24]])]);
  expect(made.backfills).toHaveLength(1);
  expect(made.backfills[0]).toMatchObject({ matchId: "running", ticketId: "willing" });
  expect(made.proposals).toEqual([]);
  expect(scan([ticket("unwilling")], duel, [openMatch([1, 1], [[26], [24]])]).backfills).toEqual([]);
});

test("of those who fit, the one that makes the running match most even gets the seat", () => {
  const tickets = [24, 25, 26].map((mu) => ticket(`mu${mu}`, { mu: [mu], backfill: true }));
  const made = scan(tickets, {}, [openMatch([0, 1], [[26, 26], [26]])]);
  expect(made.backfills).toEqual([{ matchId: "running", team: 1, ticketId: "mu26" }]);
});

test("a party that does not fit into the free seats is not split, and windows count for running matches", () => {
  const party = ticket("party", { mu: [25, 25], backfill: true });
  const strong = ticket("strong", { mu: [28], backfill: true });
  expect(scan([party, strong], {}, [openMatch([1, 1], [[25], [25]])]).backfills).toEqual([]);
});

test("a role that few play is found however many others stand nearer", () => {
  const roles = { tank: 1, scout: 1 };
  const scouts = Array.from({ length: 60 }, (_, at) =>
    ticket(`s${at}`, { mu: [25 + at / 100], roles: [["scout"]] }),
  );
  const tanks = [23.5, 26.5].map((mu) => ticket(`tank${mu}`, { mu: [mu], roles: [["tank"]] }));
  const [made] = scan([...scouts, ...tanks], {
    roles,
    ratingWindow: { start: 4, growPerSecond: 0, max: 4 },
  }).proposals;
  expect(made!.teams.flat()).toEqual(expect.arrayContaining(["tank23.5", "tank26.5"]));
});
