/** Tickets as their players see them: made once, waited for, taken back, and nobody else's business. */
import { expect, test } from "vitest";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { ticketChange } from "../../server/matchmaking/tickets/rows.ts";
import { ticketBase } from "../../server/matchmaking/tickets/ticket.ts";
import { cancelTicket, readTicket, waitForTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { duelWish, EasySeating, queued, world } from "./world.ts";

const ask = (userId: string, more: object = {}) => ({
  userId,
  idempotencyKey: "k",
  wish: duelWish(userId, more),
});

test("[P8.3] the same request again is the same ticket, also from many instances at once and with fields reordered", async () => {
  const parts = world();
  const { queue, players, ...rest } = duelWish("ann", { latencyMs: { eu: 1, us: 2 } });
  const reordered = { ...rest, latencyMs: { us: 2, eu: 1 }, players, queue };
  const results = await Promise.all([
    createTicket(parts, ask("ann", { latencyMs: { eu: 1, us: 2 } })),
    createTicket(parts, { userId: "ann", idempotencyKey: "k", wish: reordered }),
    createTicket(parts, ask("ann", { latencyMs: { eu: 1, us: 2 } })),
  ]);
  const ids = results.map((result) => result.ok && result.ticket.id);
  expect(new Set(ids).size).toBe(1);
  expect(results.filter((result) => result.ok && result.created)).toHaveLength(1);
});

test("another request under the same key is a conflict; another user's key is another key", async () => {
  const parts = world();
  await createTicket(parts, ask("ann"));
  expect(await createTicket(parts, ask("ann", { backfill: true }))).toMatchObject({
    ok: false,
    code: "ticket/idempotency-conflict",
  });
  expect(await createTicket(parts, ask("ben"))).toMatchObject({ ok: true, created: true });
});

test("a player waits with one ticket per queue, and is told which; when it has ended, with another", async () => {
  const parts = world();
  const first = await queued(parts, "ann");
  const second = { ...ask("ben"), wish: duelWish("ben", { queue: "duel", players: [{ userId: "ann" }] }) };
  expect(await createTicket(parts, second)).toMatchObject({
    code: "ticket/already-waiting",
    ticketId: first.ticket.id,
  });
  expect(await cancelTicket(parts, { ticketId: first.ticket.id, userId: "ann" })).toMatchObject({ ok: true });
  expect(await createTicket(parts, second)).toMatchObject({ ok: true });
});

test("a wish that no rule of the queue allows, or an unknown queue, is refused in words", async () => {
  const parts = world();
  const crowd = { players: [{ userId: "ann" }, { userId: "ben" }] };
  expect(await createTicket(parts, ask("ann", crowd))).toMatchObject({ code: "ticket/refused" });
  expect(await createTicket(parts, ask("ann", { queue: "chess" }))).toMatchObject({ code: "queue/unknown" });
});

test("a foreign ticket, one that never was, and one of another queue's name look the same", async () => {
  const parts = world();
  const { ticket } = await queued(parts, "ann");
  for (const ticketId of [ticket.id, "duel.nothing", "chess.1", "x", ""]) {
    expect(await readTicket(parts, { ticketId, userId: "eve" })).toMatchObject({ code: "ticket/unknown" });
    expect(await cancelTicket(parts, { ticketId, userId: "eve" })).toMatchObject({ code: "ticket/unknown" });
  }
  expect(await readTicket(parts, { ticketId: ticket.id, userId: "ann" })).toMatchObject({ ok: true });
});

test("a wait ends at the next change, with nothing missed between reading and watching", async () => {
  const parts = world();
  const { ticket } = await queued(parts, "ann");
  const asked = { ticketId: ticket.id, userId: "ann", waitMs: 30_000 };
  const waiting = waitForTicket(parts, asked);
  await parts.pass(1000);
  await cancelTicket(parts, asked);
  expect(await waiting).toMatchObject({ ticket: { state: "cancelled" } });
});

test("a wait for another version than the known one answers at once; an ended ticket does not wait", async () => {
  const parts = world();
  const { ticket, version } = await queued(parts, "ann");
  const asked = { ticketId: ticket.id, userId: "ann", waitMs: 30_000 };
  expect(await waitForTicket(parts, { ...asked, known: version - 1 })).toMatchObject({ version });
  await cancelTicket(parts, asked);
  expect(await waitForTicket(parts, asked)).toMatchObject({ ticket: { state: "cancelled" } });
});

test("[P6] a wait ends with its time, or when the caller hangs up, with the ticket as it is", async () => {
  const parts = world();
  const { ticket } = await queued(parts, "ann");
  const asked = { ticketId: ticket.id, userId: "ann", waitMs: 3000 };
  const waiting = waitForTicket(parts, asked);
  const hungUp = new AbortController();
  const second = waitForTicket(parts, { ...asked, signal: hungUp.signal });
  hungUp.abort();
  expect(await second).toMatchObject({ ticket: { state: "waiting" } });
  await parts.pass(3000);
  expect(await waiting).toMatchObject({ ticket: { state: "waiting" } });
});

test("[P8] a wait finds a change of which it was never told", async () => {
  const parts = world();
  const { ticket, version } = await queued(parts, "ann");
  const waiting = waitForTicket(parts, { ticketId: ticket.id, userId: "ann", waitMs: 30_000 });
  await parts.pass(100);
  const to = { ...ticketBase(ticket), state: "cancelled", endedAtMs: parts.nowMs() } as const;
  const change = ticketChange([{ from: { ticket, version }, to }], parts.nowMs());
  await parts.store.commit("q:duel", { ...change, put: change.put.map((put) => ({ ...put, tell: false })) });
  await parts.pass(6000);
  expect(await waiting).toMatchObject({ ticket: { state: "cancelled" } });
});

test("an assigned ticket cannot be cancelled; a cancelled one can, again", async () => {
  const parts = world();
  const [ann] = await Promise.all([queued(parts, "ann"), queued(parts, "ben")]);
  const director = parts.director(new EasySeating());
  await director.runOnce();
  await director.settled();
  const asked = { ticketId: ann.ticket.id, userId: "ann" };
  expect(await cancelTicket(parts, asked)).toMatchObject({ code: "ticket/not-cancellable" });
  const { ticket } = await queued(parts, "cat");
  const cat = { ticketId: ticket.id, userId: "cat" };
  await cancelTicket(parts, cat);
  expect(await cancelTicket(parts, cat)).toMatchObject({ ok: true, ticket: { state: "cancelled" } });
});

test("a ticket never goes from one state to one that may not follow, and takes no field of a state along", async () => {
  const parts = world();
  const from = await queued(parts, "ann");
  const to = { ...ticketBase(from.ticket), state: "expired", endedAtMs: 1 } as const;
  expect(ticketBase(to)).not.toHaveProperty("endedAtMs");
  expect(() =>
    ticketChange([{ from: { ...from, ticket: to }, to: { ...to, state: "cancelled" } }], 1),
  ).toThrow("cannot go from expired to cancelled");
});
