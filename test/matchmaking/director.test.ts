/** The director on a store in memory and a clock that only the test moves: every way in which a proposal may go. */
import { expect, test } from "vitest";
import { askForPlayers } from "../../server/matchmaking/director/open-seats.ts";
import type { SeatingResult } from "../../server/matchmaking/director/seating.ts";
import type { TicketRow } from "../../server/matchmaking/tickets/rows.ts";
import { cancelTicket, readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { newRating } from "../../server/ratings/rating.ts";
import { decorated } from "../rows/recording-store.ts";
import { EasySeating, queued, ticketMsMax, type World, world } from "./world.ts";

async function now(parts: World, { ticket }: TicketRow) {
  const found = await readTicket(parts, { ticketId: ticket.id, userId: ticket.players[0]!.userId });
  if (!found.ok) throw new Error(found.detail);
  return found.ticket;
}

async function two(parts: World) {
  return [await queued(parts, "ann"), await queued(parts, "ben")] as const;
}

test("two who wait are assigned to one match, on two sides, each with a seat of their own", async () => {
  const parts = world();
  const [ann, ben] = await two(parts);
  const director = parts.director(new EasySeating());
  director.start();
  await parts.pass(300);
  const tickets = [await now(parts, ann), await now(parts, ben)];
  expect(tickets).toMatchObject([
    { state: "assigned", assignment: { matchId: "m1", address: "node-1:2567", region: "eu" } },
    { state: "assigned", assignment: { matchId: "m1", seats: { ben: { sessionId: "m1/ben" } } } },
  ]);
  expect(tickets.map((ticket) => ticket.state === "assigned" && ticket.assignment.team).sort()).toEqual([
    0, 1,
  ]);
  expect(Object.keys((tickets[0] as { assignment: { seats: object } }).assignment.seats)).toEqual(["ann"]);
});

test("no seats: both wait again with their waiting time kept, and are not tried again at every turn", async () => {
  const parts = world();
  const pair = await two(parts);
  const seating = new EasySeating();
  seating.before = async () => ({ ok: false, code: "node/full" });
  parts.director(seating).start();
  await parts.pass(10_000);
  for (const row of pair) {
    expect(await now(parts, row)).toMatchObject({ state: "waiting", createdAtMs: row.ticket.createdAtMs });
  }
  expect(seating.asked.length).toBeGreaterThan(3);
  expect(seating.asked.length).toBeLessThan(9);
  seating.before = async () => undefined;
  await parts.pass(4000);
  expect((await now(parts, pair[0])).state).toBe("assigned");
});

test("a player who is to blame waits a little; the other plays with the next one at once", async () => {
  const parts = world();
  const [ann, ben] = await two(parts);
  const seating = new EasySeating();
  seating.before = async (tickets): Promise<SeatingResult | undefined> =>
    tickets.some(({ id }) => id === ann.ticket.id)
      ? { ok: false, code: "seating/failed", ticketIds: [ann.ticket.id] }
      : undefined;
  parts.director(seating).start();
  await parts.pass(50);
  const cat = await queued(parts, "cat");
  await parts.pass(100);
  expect(await now(parts, ann)).toMatchObject({ state: "waiting", fellThrough: 1 });
  expect((await now(parts, ben)).state).toBe("assigned");
  expect((await now(parts, cat)).state).toBe("assigned");
});

test("[P6] seating that never answers is waited for no longer than allowed, and is told", async () => {
  const parts = world();
  const [ann] = await two(parts);
  const seating = new EasySeating();
  const never = Promise.withResolvers<SeatingResult>();
  seating.before = () => never.promise;
  parts.director(seating).start();
  await parts.pass(4900);
  expect((await now(parts, ann)).state).toBe("proposed");
  await parts.pass(250);
  expect(await now(parts, ann)).toMatchObject({ state: "waiting", fellThrough: 1 });
  await parts.pass(100);
  expect(parts.logged).toContainEqual({
    message: "proposals got no seats",
    details: { queue: "duel", refusals: { "seating/no-answer": { count: 1, error: undefined } } },
  });
  // The answers come after all: they change nothing.
  never.resolve({ ok: true, matchId: "late", seats: {} });
  await parts.pass(0);
  expect((await now(parts, ann)).state).toBe("waiting");
});

test("seating that throws, or forgets a player, is as good as a no", async () => {
  const parts = world();
  const [ann] = await two(parts);
  const seating = new EasySeating();
  seating.before = () => Promise.reject(new Error("broken"));
  parts.director(seating).start();
  await parts.pass(150);
  expect((await now(parts, ann)).state).toBe("waiting");
  seating.before = async () => ({
    ok: true,
    matchId: "m",
    seats: { ann: { sessionId: "s", reservation: {} } },
  });
  await parts.pass(400);
  expect((await now(parts, ann)).state).toBe("waiting");
});

test("one takes the ticket back while seats are asked for: nobody is assigned, the other waits on", async () => {
  const parts = world();
  const [ann, ben] = await two(parts);
  const seating = new EasySeating();
  const answer = Promise.withResolvers<undefined>();
  seating.before = () => answer.promise;
  parts.director(seating).start();
  await parts.pass(150);
  expect(await now(parts, ann)).toMatchObject({ state: "proposed" });
  await cancelTicket(parts, { ticketId: ann.ticket.id, userId: "ann" });
  answer.resolve(undefined);
  await parts.pass(50);
  expect((await now(parts, ann)).state).toBe("cancelled");
  expect(await now(parts, ben)).toMatchObject({ state: "waiting", fellThrough: 0 });
});

test("[P6] who finds nobody expires, and may queue again", async () => {
  const parts = world();
  const ann = await queued(parts, "ann");
  parts.director(new EasySeating()).start();
  await parts.pass(ticketMsMax + 1000);
  expect(await now(parts, ann)).toMatchObject({ state: "expired" });
  const again = await queued(parts, "ann");
  expect(again.ticket.id).not.toBe(ann.ticket.id);
});

test("a running match that asks for players gets those who allow it, and is asked no more until it asks again", async () => {
  const parts = world();
  const ask = () =>
    askForPlayers(parts.store, {
      matchId: "running",
      queue: "duel",
      region: "eu",
      teams: [
        { free: 1, players: [] },
        { free: 0, players: [{ userId: "zoe", rating: newRating() }] },
      ],
      askedAtMs: parts.nowMs(),
    });
  const seating = new EasySeating();
  parts.director(seating).start();
  await ask();
  const shy = await queued(parts, "shy");
  await parts.pass(300);
  expect((await now(parts, shy)).state).toBe("waiting");
  await cancelTicket(parts, { ticketId: shy.ticket.id, userId: "shy" });
  const ann = await queued(parts, "ann", { backfill: true });
  await parts.pass(300);
  expect(await now(parts, ann)).toMatchObject({
    state: "assigned",
    assignment: { matchId: "running", team: 0 },
  });
  const ben = await queued(parts, "ben", { backfill: true });
  await parts.pass(300);
  expect((await now(parts, ben)).state).toBe("waiting");
  await ask();
  await parts.pass(300);
  expect(await now(parts, ben)).toMatchObject({ state: "assigned", assignment: { matchId: "running" } });
});

test("[P8.5] of two directors one leads; when it stops still, the other goes on within a second and gives its tickets back", async () => {
  const parts = world();
  const stuck = new EasySeating();
  stuck.before = () => Promise.withResolvers<undefined>().promise;
  const first = parts.director(stuck);
  await first.runOnce();
  const pair = await two(parts);
  await first.runOnce();
  expect((await now(parts, pair[0])).state).toBe("proposed");
  // It makes no further turn, as if its process hung.
  const seating = new EasySeating();
  parts.director(seating).start();
  await parts.pass(1000);
  expect(await now(parts, pair[0])).toMatchObject({ state: "assigned", assignment: { matchId: "m1" } });
  expect(seating.matches.size).toBe(1);
});

test("[P8.6] a director that wakes up after another took over assigns nothing", async () => {
  const parts = world();
  const slow = new EasySeating();
  const answer = Promise.withResolvers<undefined>();
  slow.before = () => answer.promise;
  const first = parts.director(slow);
  await first.runOnce();
  const pair = await two(parts);
  await first.runOnce();
  const seating = new EasySeating();
  seating.before = () => Promise.withResolvers<undefined>().promise;
  parts.director(seating).start();
  await parts.pass(1000);
  answer.resolve(undefined);
  await parts.pass(10);
  for (const row of pair) expect((await now(parts, row)).state).toBe("proposed");
  expect(slow.matches.size).toBe(1);
});

test("[P8.6] a director that stood still in the middle of a turn proposes nothing when it wakes up after another took over", async () => {
  const parts = world();
  const { store } = parts;
  const still = Promise.withResolvers<void>();
  const stalling = decorated(store, {
    changes: async (...args) => {
      await still.promise;
      return store.changes(...args);
    },
  });
  const seating = new EasySeating();
  const first = parts.director(seating, stalling);
  const turn = first.runOnce();
  await parts.pass(1000);
  await parts.director(new EasySeating()).runOnce();
  const pair = await two(parts);
  still.resolve();
  await turn;
  await first.settled();
  expect(seating.asked).toEqual([]);
  for (const row of pair) expect((await now(parts, row)).state).toBe("waiting");
});

test("[P6] one scan seats a whole backlog, so many proposals at a time", async () => {
  const parts = world();
  const rows = await Promise.all(Array.from({ length: 600 }, (_, at) => queued(parts, `player-${at}`)));
  const seating = new EasySeating();
  let underWay = 0;
  let underWayMax = 0;
  seating.before = async () => {
    underWayMax = Math.max(underWayMax, ++underWay);
    await Promise.resolve();
    underWay -= 1;
    return undefined;
  };
  const director = parts.director(seating);
  await director.runOnce();
  await director.settled();
  for (const row of rows) expect((await now(parts, row)).state).toBe("assigned");
  expect(underWayMax).toBeGreaterThan(1);
  expect(underWayMax).toBeLessThanOrEqual(256);
});

test("a director that stops lets the other go on at once", async () => {
  const parts = world();
  const first = parts.director(new EasySeating());
  await first.runOnce();
  await first.stop();
  const pair = await two(parts);
  const second = parts.director(new EasySeating());
  await second.runOnce();
  await second.settled();
  expect((await now(parts, pair[0])).state).toBe("assigned");
});
