/** One user, one place: over all queues, in a queue or in a match, whichever instances are asked, and nobody for ever. */
import { expect, test } from "vitest";
import type { MatchmakingParts } from "../../server/matchmaking/parts.ts";
import type { QueueRules } from "../../server/matchmaking/queues.ts";
import { userPart } from "../../server/matchmaking/tickets/claims.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { SeatClaims } from "../../server/matchmaking/tickets/seat-claims.ts";
import { cancelTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { decorated } from "../rows/recording-store.ts";
import { duelWish, EasySeating, testQueues, world } from "./world.ts";

let keys = 0;
const ask = (parts: MatchmakingParts, userId: string, queue = "duel", key = `key ${++keys}`) =>
  createTicket(parts, { userId, idempotencyKey: key, wish: duelWish(userId, { queue }) });

/** The queues of the tests, one of them as declared here. */
function withQueue(changed: Partial<QueueRules> & { name: string }): ReadonlyMap<string, QueueRules> {
  const before = testQueues.get(changed.name)!;
  return new Map([...testQueues, [changed.name, { ...before, ...changed }]]);
}

/** ann and ben in a match that goes on. */
async function inMatch() {
  const there = world();
  const running = new Set(["m1"]);
  const parts = { ...there, matchRuns: async (id: string) => running.has(id) };
  await ask(parts, "ann");
  await ask(parts, "ben");
  const director = there.director(new EasySeating());
  await director.runOnce();
  await director.settled();
  return { there, parts, running };
}

test("who waits in a queue waits in no other one, and is told with which ticket", async () => {
  const parts = world();
  const first = await ask(parts, "ann");
  if (!first.ok) throw new Error(first.detail);
  expect(await ask(parts, "ann", "pairs")).toMatchObject({
    ...{ ok: false, code: "ticket/already-waiting", ticketId: first.ticket.id },
  });
  await cancelTicket(parts, { ticketId: first.ticket.id, userId: "ann" });
  expect(await ask(parts, "ann", "pairs")).toMatchObject({ ok: true, ticket: { queue: "pairs" } });
});

test("two queues asked at the same moment give one ticket", async () => {
  const parts = world();
  const both = await Promise.all([ask(parts, "ann"), ask(parts, "ann", "pairs")]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  expect(both.find(({ ok }) => !ok)).toMatchObject({ code: "ticket/already-waiting" });
});

test("[P8] the same request to another instance, which looked a moment before the ticket was written, is the same ticket", async () => {
  const there = world();
  const first = await ask(there, "ann", "duel", "the same key");
  let looks = 0;
  const behind = decorated(there.store, {
    read: async (part, keys) => {
      if (part === "q:duel" && ++looks === 1) return keys.map(() => undefined);
      return there.store.read(part, keys);
    },
  });
  const again = await ask({ ...there, store: behind }, "ann", "duel", "the same key");
  if (!first.ok) throw new Error(first.detail);
  expect(again).toMatchObject({ ok: true, created: false, ticket: { id: first.ticket.id } });
});

test("one key for two queues is refused: it was used for something else", async () => {
  const parts = world();
  await ask(parts, "ann", "duel", "the same key");
  expect(await ask(parts, "ann", "pairs", "the same key")).toMatchObject({
    code: "ticket/idempotency-conflict",
  });
});

test("a queue that says alongside takes who waits or plays elsewhere, and stands in nobody's way", async () => {
  const { parts } = await inMatch();
  const queues = withQueue({ name: "pairs", alongside: true });
  expect(await ask({ ...parts, queues }, "ann", "pairs")).toMatchObject({ ok: true });
  expect(await ask({ ...parts, queues }, "cem", "pairs")).toMatchObject({ ok: true });
  expect(await ask({ ...parts, queues }, "cem", "duel")).toMatchObject({ ok: true });
});

test("who has a seat in a match that goes on is sent back to it, and may queue when it has counted or is gone", async () => {
  const { parts, running, there } = await inMatch();
  expect(await ask(parts, "ann", "pairs")).toMatchObject({ code: "ticket/in-match", matchId: "m1" });
  await recordOutcome(there, { matchId: "m1", queue: "duel", teams: [{ rank: 1, userIds: ["ann"] }] });
  expect(await ask(parts, "ann", "pairs")).toMatchObject({ ok: true });
  running.clear();
  expect(await ask(parts, "ben")).toMatchObject({ ok: true });
});

test("who was assigned and did not come is held by that match no longer than it waits for them", async () => {
  const { parts } = await inMatch();
  await parts.pass(testQueues.get("duel")!.arriveSeconds * 1000 + 1);
  expect(await ask(parts, "ann")).toMatchObject({ ok: true });
});

test("who was seen in a seat is held until they leave it, also after their ticket cannot be read any more", async () => {
  const { there, parts } = await inMatch();
  const claims = new SeatClaims(there);
  const match = { matchId: "m1", origin: { queue: "duel" }, departed: [] };
  for (let minutes = 0; minutes < 30; minutes++) {
    await claims.keep([{ ...match, seated: ["ann", "ben"] }]);
    await parts.pass(60_000);
  }
  expect(await ask(parts, "ann")).toMatchObject({ code: "ticket/in-match", matchId: "m1" });
  await claims.keep([{ ...match, seated: ["ben"], departed: ["ann"] }]);
  expect(await ask(parts, "ann")).toMatchObject({ ok: true });
  await claims.keep([]);
  expect(await ask(parts, "ben")).toMatchObject({ ok: true });
});

test("[P7] what a dead node said of who left is taken back by the next one; what it said of who left to queue is not", async () => {
  const { there, parts } = await inMatch();
  const match = { matchId: "m1", origin: { queue: "duel" } };
  await new SeatClaims(there).keep([{ ...match, seated: ["ann", "ben"], departed: [] }]);
  const next = new SeatClaims(there);
  await next.keep([{ ...match, seated: ["ben"], departed: ["ann"] }]);
  const ann = await ask(parts, "ann");
  expect(ann).toMatchObject({ ok: true });
  await new SeatClaims(there).keep([{ ...match, seated: ["ben"], departed: ["ann"] }]);
  expect(await ask(parts, "ann", "pairs")).toMatchObject({ code: "ticket/already-waiting" });
});

test("[P6] a claim whose ticket never came, because its instance died, holds nobody longer than some seconds", async () => {
  const there = world();
  const dying = decorated(there.store, {
    commit: async (part, commit) => {
      if (part.startsWith("q:")) throw new Error("it died");
      return there.store.commit(part, commit);
    },
  });
  await expect(ask({ ...there, store: dying }, "ann", "duel")).rejects.toThrow("died");
  expect(await ask(there, "ann", "pairs")).toMatchObject({ code: "ticket/already-waiting" });
  await there.pass(5001);
  expect(await ask(there, "ann", "pairs")).toMatchObject({ ok: true });
});

test("a party whose one member waits elsewhere is refused, and leaves the others free", async () => {
  const parts = world();
  await ask(parts, "ben");
  const wish = duelWish("ann", { queue: "pairs", players: [{ userId: "ann" }, { userId: "ben" }] });
  const asked = { userId: "ann", idempotencyKey: "of the party", wish };
  expect(await createTicket(parts, asked)).toMatchObject({ code: "ticket/already-waiting" });
  expect(await ask(parts, "ann")).toMatchObject({ ok: true });
});

test("a user id of any characters has a part of its own", () => {
  expect(userPart("oidc:{}\u0001")).toMatch(/^user:[\w-]{43}$/);
  expect(userPart("a")).not.toBe(userPart("b"));
});
