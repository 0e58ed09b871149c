/** How many tickets of one address wait at a time: over queues and instances, by IPv6 networks, and freed by their end. */
import { expect, test } from "vitest";
import type { MatchmakingParts } from "../../server/matchmaking/parts.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { rangesOfCaller, TicketQuota } from "../../server/matchmaking/tickets/ticket-quota.ts";
import { cancelTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { duelWish, EasySeating, type World, world } from "./world.ts";

/** An instance with its director, which has one store with the others. */
function instance(there: World, perAddressMax = 3) {
  const quota = new TicketQuota({ perAddressMax, steadyMs: there.steadyMs });
  const director = there.director(new EasySeating());
  quota.follow((range) => director.waitingFrom(range));
  const parts: MatchmakingParts = { ...there, admitTicket: (from) => quota.admit(from) };
  return { parts, director };
}

let asked = 0;
function queue(
  parts: MatchmakingParts,
  userId: string,
  address: string,
  more: { key?: string; queue?: string } = {},
) {
  return createTicket(parts, {
    ...{ userId, idempotencyKey: more.key ?? `key ${++asked}`, from: rangesOfCaller(address) },
    wish: duelWish(userId, { queue: more.queue ?? "pairs", backfill: false }),
  });
}

test("[P6] one address fills no queue: what is more than its share is refused, at once and later, and others are not", async () => {
  const there = world();
  const { parts, director } = instance(there);
  const many = await Promise.all(
    Array.from({ length: 50 }, (_, at) => queue(parts, `fake-${at}`, "192.0.2.1")),
  );
  expect(many.filter(({ ok }) => ok)).toHaveLength(3);
  await there.pass(2000);
  await director.runOnce();
  const refused = await queue(parts, "one more", "192.0.2.1", { queue: "duel" });
  expect(refused).toMatchObject({ ok: false, code: "ticket/too-many", retryAfterMs: expect.any(Number) });
  expect(await queue(parts, "ann", "192.0.2.2")).toMatchObject({ ok: true });
});

test("another instance counts them too, as soon as it has read them", async () => {
  const there = world();
  const [one, other] = [instance(there), instance(there)];
  for (let at = 0; at < 3; at++) await queue(one.parts, `fake-${at}`, "192.0.2.1");
  await other.director.runOnce();
  expect(await queue(other.parts, "one more", "192.0.2.1")).toMatchObject({ code: "ticket/too-many" });
});

test("a ticket that has ended makes room, and a repeated request takes none", async () => {
  const there = world();
  const { parts, director } = instance(there);
  const first = await queue(parts, "fake-0", "192.0.2.1", { key: "the same key" });
  for (let at = 1; at < 3; at++) await queue(parts, `fake-${at}`, "192.0.2.1");
  const again = await queue(parts, "fake-0", "192.0.2.1", { key: "the same key" });
  expect(again).toMatchObject({ ok: true, created: false });
  if (!first.ok) throw new Error(first.detail);
  await cancelTicket(parts, { ticketId: first.ticket.id, userId: "fake-0" });
  await there.pass(2000);
  await director.runOnce();
  expect(await queue(parts, "fake-3", "192.0.2.1")).toMatchObject({ ok: true });
  expect(await queue(parts, "fake-4", "192.0.2.1")).toMatchObject({ code: "ticket/too-many" });
});

test("of IPv6 a /64 is one address, and a /48 has four times as many", async () => {
  const there = world();
  const { parts } = instance(there);
  const address = (network: number, host: number) =>
    `2001:db8:1:${network.toString(16)}::${host.toString(16)}`;
  for (let at = 1; at <= 3; at++)
    expect(await queue(parts, `a-${at}`, address(1, at))).toMatchObject({ ok: true });
  expect(await queue(parts, "a-4", address(1, 4))).toMatchObject({ code: "ticket/too-many" });
  let granted = 3;
  for (let network = 2; network < 30; network++)
    if ((await queue(parts, `n-${network}`, address(network, 1))).ok) granted++;
  expect(granted).toBe(12);
  expect(await queue(parts, "ann", "2001:db8:2::1")).toMatchObject({ ok: true });
  expect(rangesOfCaller("::ffff:192.0.2.1")).toEqual(["192.0.2.1/32"]);
  expect(rangesOfCaller(undefined)).toEqual([]);
});

test("0 is no limit", async () => {
  const there = world();
  const { parts } = instance(there, 0);
  const many = await Promise.all(Array.from({ length: 20 }, (_, at) => queue(parts, `u-${at}`, "192.0.2.1")));
  expect(many.every(({ ok }) => ok)).toBe(true);
});
