/** Parties: who is in, what everybody agreed to, and that they queue, and stay, together. */
import { expect, test } from "vitest";
import {
  createParty,
  joinParty,
  leaveParty,
  readParty,
  sayReady,
} from "../../server/matchmaking/parties/parties.ts";
import {
  inviteOf,
  latencyOfAll,
  type Party,
  partyMembersMax,
} from "../../server/matchmaking/parties/party.ts";
import { queueParty } from "../../server/matchmaking/parties/queue-party.ts";
import { cancelTicket, readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { decorated } from "../rows/recording-store.ts";
import { EasySeating, queued, type World, world } from "./world.ts";

const ready = { ready: true, latencyMs: { eu: 20 } };

async function partyOf(parts: World, leader: string, ...others: string[]): Promise<Party> {
  let { party } = await createParty(parts, { userId: leader });
  for (const userId of others) {
    const joined = await joinParty(parts, { invite: inviteOf(party), userId });
    if (!joined.ok) throw new Error(joined.detail);
    party = joined.party;
  }
  return party;
}

async function allReady(parts: World, { id, revision, members }: Party): Promise<void> {
  for (const { userId } of members) {
    const said = await sayReady(parts, { partyId: id, userId, revision, ...ready });
    if (!said.ok) throw new Error(said.detail);
  }
}

const queueing = ({ id, revision, members }: Party, more: object = {}) => ({
  partyId: id,
  userId: members[0]!.userId,
  revision,
  idempotencyKey: "k",
  queue: "pairs",
  backfill: false,
  ...more,
});

test("an invite lets in, in any case of letters; half of it, or another secret, does not", async () => {
  const parts = world();
  const { party } = await createParty(parts, { userId: "ann" });
  expect(await joinParty(parts, { invite: inviteOf(party).toUpperCase(), userId: "ben" })).toMatchObject({
    ok: true,
    party: { members: [{ userId: "ann" }, { userId: "ben" }], revision: 2 },
  });
  for (const invite of [party.id, `${party.id}-`, `${party.id}-wrong`, "", "-", `${inviteOf(party)}-x`])
    expect(await joinParty(parts, { invite, userId: "eve" })).toMatchObject({ code: "party/wrong-invite" });
  expect(await readParty(parts, { partyId: party.id, userId: "eve" })).toMatchObject({
    code: "party/unknown",
  });
});

test("[P6] a party has a largest size, also when all join at once", async () => {
  const parts = world();
  const { party } = await createParty(parts, { userId: "ann" });
  const names = Array.from({ length: partyMembersMax + 3 }, (_, at) => `user-${at}`);
  // As many as the store lets one after the other through in its tries.
  for (let at = 0; at < names.length; at += 8)
    await Promise.all(
      names.slice(at, at + 8).map((userId) => joinParty(parts, { invite: inviteOf(party), userId })),
    );
  const found = await readParty(parts, { partyId: party.id, userId: "ann" });
  expect(found.ok && found.party.members).toHaveLength(partyMembersMax);
});

test("who joins or leaves ends everybody's agreement; an agreement to an older party does not count", async () => {
  const parts = world();
  const party = await partyOf(parts, "ann", "ben");
  await allReady(parts, party);
  const joined = await joinParty(parts, { invite: inviteOf(party), userId: "cat" });
  expect(joined).toMatchObject({
    party: { members: [{ ready: false }, { ready: false }, { ready: false }] },
  });
  const late = { partyId: party.id, userId: "ben", revision: party.revision, ...ready };
  expect(await sayReady(parts, late)).toMatchObject({ code: "party/changed" });
  expect(await queueParty(parts, queueing(party))).toMatchObject({ code: "party/changed" });
});

test("the leader queues the party when all are ready, with one ticket for all and the slowest member's latency", async () => {
  const parts = world();
  const party = await partyOf(parts, "ann", "ben");
  expect(await queueParty(parts, queueing(party))).toMatchObject({
    code: "party/not-ready",
    detail: "not ready: ann, ben",
  });
  await allReady(parts, party);
  expect(await queueParty(parts, queueing(party, { userId: "ben" }))).toMatchObject({
    code: "party/not-leader",
  });
  const result = await queueParty(parts, queueing(party));
  expect(result).toMatchObject({
    ok: true,
    created: true,
    ticket: { partyId: party.id, latencyMs: { eu: 20 } },
  });
  expect(await queueParty(parts, queueing(party))).toMatchObject({ ok: true, created: false });
  const ticketId = result.ok ? result.ticket.id : "";
  expect(await readTicket(parts, { ticketId, userId: "ben" })).toMatchObject({ ok: true });
  expect(await joinParty(parts, { invite: inviteOf(party), userId: "cat" })).toMatchObject({
    code: "party/queued",
  });
});

test("who leaves takes the party's ticket back first; the next one leads; the last one ends it", async () => {
  const parts = world();
  const party = await partyOf(parts, "ann", "ben");
  await allReady(parts, party);
  const result = await queueParty(parts, queueing(party));
  const ticketId = result.ok ? result.ticket.id : "";
  expect(await leaveParty(parts, { partyId: party.id, userId: "ann" })).toMatchObject({
    ok: true,
    party: { members: [{ userId: "ben", ready: false }] },
  });
  expect(await readTicket(parts, { ticketId, userId: "ann" })).toMatchObject({
    ticket: { state: "cancelled" },
  });
  await leaveParty(parts, { partyId: party.id, userId: "ben" });
  expect(await readParty(parts, { partyId: party.id, userId: "ben" })).toMatchObject({
    code: "party/unknown",
  });
});

test("[P8] somebody leaves in the moment in which the party queues: its ticket is taken back", async () => {
  const parts = world();
  const party = await partyOf(parts, "ann", "ben");
  await allReady(parts, party);
  const { store } = parts;
  const slow: World = {
    ...parts,
    store: decorated(store, {
      commit: async (part, commit) => {
        const result = await store.commit(part, commit);
        const isTicket = part === "q:pairs" && commit.put.length > 2;
        if (isTicket) await leaveParty(parts, { partyId: party.id, userId: "ben" });
        return result;
      },
    }),
  };
  expect(await queueParty(slow, queueing(party))).toMatchObject({ code: "party/changed" });
  expect(await queued(parts, "ben")).toMatchObject({ ticket: { state: "waiting" } });
});

test("[P8.8] a party is on one side, and plays against another", async () => {
  const parts = world();
  const results = [];
  for (const [leader, other] of [["ann", "ben"] as const, ["cat", "dan"] as const]) {
    const party = await partyOf(parts, leader, other);
    await allReady(parts, party);
    results.push(await queueParty(parts, queueing(party)));
  }
  const director = parts.director(new EasySeating());
  await director.runOnce();
  await director.settled();
  const teams = [];
  for (const result of results) {
    if (!result.ok) throw new Error(result.detail);
    const { id, players } = result.ticket;
    const found = await readTicket(parts, { ticketId: id, userId: players[0]!.userId });
    if (!found.ok || found.ticket.state !== "assigned") throw new Error("not assigned");
    expect(Object.keys(found.ticket.assignment.seats)).toEqual(players.map(({ userId }) => userId));
    teams.push(found.ticket.assignment.team);
  }
  expect(teams.sort()).toEqual([0, 1]);
});

test("a member who waits alone in the queue already is named, and can cancel that", async () => {
  const parts = world();
  const party = await partyOf(parts, "ann", "ben");
  await allReady(parts, party);
  const alone = await queued(parts, "ben", { queue: "pairs" });
  expect(await queueParty(parts, queueing(party))).toMatchObject({
    code: "ticket/already-waiting",
    ticketId: alone.ticket.id,
  });
  await cancelTicket(parts, { ticketId: alone.ticket.id, userId: "ben" });
  expect(await queueParty(parts, queueing(party))).toMatchObject({ ok: true });
});

test("regions that a choosy member leaves out are out; members who exclude each other have none", () => {
  const member = (userId: string, latencyMs: Record<string, number>) => ({ userId, ready: true, latencyMs });
  const party = (...members: ReturnType<typeof member>[]): Party => ({
    id: "p",
    secret: "s",
    members,
    revision: 1,
  });
  expect(
    latencyOfAll(party(member("a", { eu: 10, us: 90 }), member("b", {}), member("c", { us: 40 }))),
  ).toEqual({
    us: 90,
  });
  expect(latencyOfAll(party(member("a", {}), member("b", {})))).toEqual({});
  expect(latencyOfAll(party(member("a", { eu: 1 }), member("b", { us: 1 })))).toBeUndefined();
});

test("[P8] two instances that are asked at once under one key answer one ticket, and it goes on waiting", async () => {
  const parts = world();
  const party = await partyOf(parts, "ann", "ben");
  await allReady(parts, party);
  const answers = await Promise.all([queueParty(parts, queueing(party)), queueParty(parts, queueing(party))]);
  expect(answers).toMatchObject([{ ok: true }, { ok: true }]);
  const [ticketId] = answers.map((answer) => (answer.ok ? answer.ticket.id : undefined));
  expect(answers).toMatchObject([{ ticket: { id: ticketId } }, { ticket: { id: ticketId } }]);
  expect(await readTicket(parts, { ticketId: ticketId!, userId: "ben" })).toMatchObject({
    ticket: { state: "waiting" },
  });
  expect(await readParty(parts, { partyId: party.id, userId: "ben" })).toMatchObject({ party: { ticketId } });
});
