/** Players who do not come to their match: what becomes of it, of those who came, and of themselves next time. */
import { expect, test } from "vitest";
import { createParty, joinParty, readParty, sayReady } from "../../server/matchmaking/parties/parties.ts";
import { inviteOf, type Party } from "../../server/matchmaking/parties/party.ts";
import { queueParty } from "../../server/matchmaking/parties/queue-party.ts";
import { readQueues } from "../../server/matchmaking/queues.ts";
import { decideOnMissing, sentTo, verdictOf } from "../../server/matchmaking/tickets/attendance.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { recordNoShow } from "../../server/matchmaking/tickets/no-shows.ts";
import { playerKey } from "../../server/matchmaking/tickets/rows.ts";
import { cancelTicket, readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { queuePart } from "../../server/ratings/rating-rows.ts";
import { ratingsOf } from "../../server/ratings/ratings.ts";
import { duelWish, EasySeating, queued, type World, world } from "./world.ts";

const forgottenAfterMs = 3_600_000;

const delayMsMax = 5 * 60_000;

const came = (userId: string, ticketId: string) => ({ userId, ticketId, came: true });
const missing = (userId: string, ticketId: string) => ({ userId, ticketId, came: false });

/** ann and ben are assigned to m1. */
async function assigned(parts: World) {
  const ann = await queued(parts, "ann");
  const ben = await queued(parts, "ben");
  const director = parts.director(new EasySeating());
  await director.runOnce();
  await director.settled();
  return { ann: ann.ticket, ben: ben.ticket, director };
}

async function ticketOf(parts: World, ticketId: string, userId: string) {
  const found = await readTicket(parts, { ticketId, userId });
  if (!found.ok) throw new Error(found.detail);
  return found.ticket;
}

test("a match that is called off puts those who came back into the queue, with their waiting time, and counts for nobody", async () => {
  const parts = world();
  const { ann, ben, director } = await assigned(parts);
  await parts.pass(21_000);
  const arrivals = [came("ann", ann.id), missing("ben", ben.id)];
  const missed = { matchId: "m1", queue: "duel", arrivals, verdict: "call-off" } as const;
  expect(await decideOnMissing(parts, missed)).toMatchObject({ verdict: "call-off" });
  const back = await ticketOf(parts, ann.id, "ann");
  expect(back).toMatchObject({ state: "waiting", createdAtMs: ann.createdAtMs });
  expect(back.expiresAtMs - parts.nowMs()).toBe(ann.expiresAtMs - ann.createdAtMs);
  expect((await ticketOf(parts, ben.id, "ben")).state).toBe("assigned");
  // Whatever the rules make of the match that nobody is in any more.
  const teams = ["ann", "ben"].map((userId, at) => ({ rank: at + 1, userIds: [userId] }));
  expect(await recordOutcome(parts, { matchId: "m1", queue: "duel", teams })).toEqual({
    ok: true,
    applied: false,
  });
  expect(await ratingsOf(parts, "ann")).toEqual({});
  await queued(parts, "cem");
  await director.runOnce();
  await director.settled();
  expect(await ticketOf(parts, ann.id, "ann")).toMatchObject({ state: "assigned" });
});

test("[P3] it is decided once: the node that has the match after a crash reads what was decided, and nobody is put back twice", async () => {
  const parts = world();
  const { ann, ben } = await assigned(parts);
  const arrivals = [came("ann", ann.id), missing("ben", ben.id)];
  const missed = { matchId: "m1", queue: "duel", arrivals } as const;
  const both = await Promise.all([
    decideOnMissing(parts, { ...missed, verdict: "call-off" }),
    decideOnMissing(parts, { ...missed, verdict: "play-on" }),
  ]);
  expect(both[0]).toEqual(both[1]);
  const { state, ...before } = await ticketOf(parts, ann.id, "ann");
  await parts.pass(5000);
  expect(await decideOnMissing(parts, { ...missed, verdict: "call-off" })).toEqual(both[0]);
  expect(await ticketOf(parts, ann.id, "ann")).toEqual({ state, ...before });
});

test("who waits with another ticket by then is not put back, and a party of which one did not come neither", async () => {
  const parts = world();
  const { ann, ben } = await assigned(parts);
  const again = await createTicket(parts, { userId: "ann", idempotencyKey: "again", wish: duelWish("ann") });
  if (!again.ok) throw new Error(again.detail);
  const arrivals = [came("ann", ann.id), missing("ben", ben.id)];
  await decideOnMissing(parts, { matchId: "m1", queue: "duel", arrivals, verdict: "call-off" });
  expect((await ticketOf(parts, ann.id, "ann")).state).toBe("assigned");
  expect((await ticketOf(parts, again.ticket.id, "ann")).state).toBe("waiting");
});

/** ann and ben, a party, against cat and dan: assigned to m1. */
async function assignedParties(parts: World) {
  const [ours, theirs] = [await partyOf(parts, "ann", "ben"), await partyOf(parts, "cat", "dan")];
  const [own, other] = [await queuedParty(parts, ours), await queuedParty(parts, theirs)];
  await parts.pass(1000);
  const director = parts.director(new EasySeating());
  await director.runOnce();
  await director.settled();
  const arrivals = [
    ...[came("ann", own.id), missing("ben", own.id)],
    ...[came("cat", other.id), came("dan", other.id)],
  ];
  return {
    ours,
    own,
    other,
    missed: { matchId: "m1", queue: "pairs", arrivals, verdict: "call-off" } as const,
  };
}

async function partyOf(parts: World, leader: string, friend: string): Promise<Party> {
  const { party } = await createParty(parts, { userId: leader });
  const joined = await joinParty(parts, { invite: inviteOf(party), userId: friend });
  if (!joined.ok) throw new Error(joined.detail);
  const { id: partyId, revision } = joined.party;
  for (const userId of [leader, friend])
    await sayReady(parts, { partyId, userId, revision, ready: true, latencyMs: { eu: 20 } });
  return joined.party;
}

let keys = 0;

async function queuedParty(parts: World, { id: partyId, members, revision }: Party) {
  const asked = { partyId, revision, userId: members[0]!.userId, idempotencyKey: `key ${++keys}` };
  const queued = await queueParty(parts, { ...asked, queue: "pairs", backfill: false });
  if (!queued.ok) throw new Error(`${queued.code}: ${queued.detail}`);
  return queued.ticket;
}

test("a party of which one did not come is out of the queue, is told who was missing, and queues again at once, still a party", async () => {
  const parts = world();
  const { ours, own, other, missed } = await assignedParties(parts);
  expect(await ticketOf(parts, own.id, "ann")).toMatchObject({ state: "assigned" });
  await decideOnMissing(parts, missed);
  expect(await ticketOf(parts, own.id, "ann")).toMatchObject({
    ...{ state: "cancelled", endedAtMs: parts.nowMs(), partyId: ours.id },
    noShow: { matchId: "m1", missing: ["ben"] },
  });
  expect(await ticketOf(parts, other.id, "dan")).toMatchObject({
    ...{ state: "waiting", createdAtMs: other.createdAtMs },
  });
  const party = await readParty(parts, { partyId: ours.id, userId: "ben" });
  expect(party).toMatchObject({ ok: true, party: { revision: ours.revision } });
  const again = await queuedParty(parts, ours);
  expect(again).toMatchObject({ state: "waiting", partyId: ours.id });
  expect(again.id).not.toBe(own.id);
});

test("[P3] who waits with another ticket by then keeps it when the party's ticket ends", async () => {
  const parts = world();
  const { own, missed } = await assignedParties(parts);
  const alone = await createTicket(parts, {
    ...{ userId: "ann", idempotencyKey: "alone" },
    wish: { ...duelWish("ann"), queue: "pairs" },
  });
  if (!alone.ok) throw new Error(alone.detail);
  await decideOnMissing(parts, missed);
  expect(await ticketOf(parts, own.id, "ann")).toMatchObject({ state: "cancelled" });
  expect(await ticketOf(parts, alone.ticket.id, "ann")).toMatchObject({ state: "waiting" });
  const [row] = await parts.store.read(queuePart("pairs"), [playerKey("ann")]);
  expect(row?.value).toBe(alone.ticket.id);
});

test("[P3] who has the match after a crash still finds whom its queue sent to it", async () => {
  const parts = world();
  const { missed } = await assignedParties(parts);
  await decideOnMissing(parts, missed);
  expect((await sentTo(parts, missed)).has("ben")).toBe(true);
});

test("nobody takes back a ticket that was assigned", async () => {
  const parts = world();
  const { own } = await assignedParties(parts);
  expect(await cancelTicket(parts, { ticketId: own.id, userId: "ann" })).toMatchObject({
    code: "ticket/not-cancellable",
  });
});

test("a match that ended before is none to call off", async () => {
  const parts = world();
  const { ann, ben } = await assigned(parts);
  await recordOutcome(parts, { matchId: "m1", queue: "duel", teams: [{ rank: 1, userIds: ["ann"] }] });
  const arrivals = [came("ann", ann.id), missing("ben", ben.id)];
  const missed = { matchId: "m1", queue: "duel", arrivals, verdict: "call-off" } as const;
  expect(await decideOnMissing(parts, missed)).toMatchObject({ verdict: "play-on" });
});

test("a queue that plays on does so with two, bots counted, and never with one alone or nobody", () => {
  const there = (...all: boolean[]) => all.map((each, at) => ({ userId: `u${at}`, came: each }));
  const playOn = { whenMissing: "play-on" } as const;
  expect(verdictOf(playOn, there(true, true, false), 0)).toBe("play-on");
  expect(verdictOf(playOn, there(true, false), 1)).toBe("play-on");
  expect(verdictOf(playOn, there(true, false), 0)).toBe("call-off");
  expect(verdictOf(playOn, there(false, false), 6)).toBe("call-off");
  expect(verdictOf({ whenMissing: "call-off" }, there(true, true, true, false), 0)).toBe("call-off");
});

test.each([
  ["sides that must be even", { teams: 2, teamSize: 3 }, "call-off"],
  ["a duel", { teams: 2, teamSize: 1 }, "call-off"],
  ["sides that are filled up", { teams: 2, teamSize: 3, backfill: true }, "play-on"],
  ["everybody for themselves", { teams: 8, teamSize: 1 }, "play-on"],
  ["one side of many", { teams: 1, teamSize: 8 }, "play-on"],
  ["a duel that says so", { teams: 2, teamSize: 1, whenMissing: "play-on" }, "play-on"],
])("a queue of %s says by itself what becomes of a match", (_what, declared, whenMissing) => {
  const read = readQueues([{ name: "q", game: "arena", regions: ["eu"], ...declared }], ["arena"]);
  expect(read.ok && read.queues[0]!.whenMissing).toBe(whenMissing);
});

test("[P6] who did not come waits longer every time, never longer than some minutes, and it is forgotten", async () => {
  const parts = world();
  const delays: number[] = [];
  for (let match = 0; match < 8; match++) {
    await recordNoShow(parts, "ann", `m${match}`);
    // Told again, as after a crash: it counts once.
    await recordNoShow(parts, "ann", `m${match}`);
    const wish = duelWish("ann");
    const created = await createTicket(parts, { userId: "ann", idempotencyKey: `key ${match}`, wish });
    if (!created.ok || created.ticket.state !== "waiting") throw new Error("not waiting");
    delays.push(created.ticket.notBeforeMs - parts.nowMs());
    await parts.pass(20 * 60_000);
  }
  expect(delays.slice(0, 4)).toEqual([15_000, 30_000, 60_000, 120_000]);
  expect(Math.max(...delays)).toBe(delayMsMax);
  await parts.pass(forgottenAfterMs);
  const fresh = await queued(parts, "ann");
  expect(fresh.ticket).toMatchObject({ notBeforeMs: parts.nowMs() });
});

test("who waits for that is in no match meanwhile, and others are", async () => {
  const parts = world();
  await recordNoShow(parts, "ann", "m0");
  const ann = await queued(parts, "ann");
  await queued(parts, "ben");
  const seating = new EasySeating();
  const director = parts.director(seating);
  director.start();
  await parts.pass(5000);
  expect(seating.matches.size).toBe(0);
  await queued(parts, "cem");
  await parts.pass(500);
  expect([...seating.matches.values()].flat().sort()).toEqual(["ben", "cem"]);
  await queued(parts, "dan");
  await parts.pass(10_000);
  expect((await ticketOf(parts, ann.ticket.id, "ann")).state).toBe("assigned");
  await director.stop();
});
