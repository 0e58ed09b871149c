/** Players who do not come to their match: what becomes of it, of those who came, and of themselves next time. */
import { expect, test } from "vitest";
import { readQueues } from "../../server/matchmaking/queues.ts";
import { decideOnMissing, verdictOf } from "../../server/matchmaking/tickets/attendance.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { delayMsMax, forgottenAfterMs, recordNoShow } from "../../server/matchmaking/tickets/no-shows.ts";
import { readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { ratingsOf } from "../../server/ratings/ratings.ts";
import { duelWish, EasySeating, queued, type World, world } from "./world.ts";

const came = (userId: string, ticketId: string) => ({ userId, ticketId, came: true });
const missing = (userId: string, ticketId: string) => ({ userId, ticketId, came: false });

/** ann and ben are assigned to m1. */
async function assigned(parts: World) {
  const ann = await queued(parts, "ann");
  const ben = await queued(parts, "ben");
  const director = parts.director(new EasySeating());
  await director.turn();
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
  await director.turn();
  await director.settled();
  expect(await ticketOf(parts, ann.id, "ann")).toMatchObject({ state: "assigned" });
});

test("[P3] it is decided once: whoever has the match after a crash reads what was decided, and nobody is put back twice", async () => {
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
