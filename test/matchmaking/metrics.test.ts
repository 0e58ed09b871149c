/** What a queue goes through, and what the metrics say of it: every number by its own story, none by another. */
import { expect, test } from "vitest";
import { Director } from "../../server/matchmaking/director/director.ts";
import { proposals } from "../../server/matchmaking/engine/proposals.ts";
import { createParty } from "../../server/matchmaking/parties/parties.ts";
import { recordNoShow } from "../../server/matchmaking/tickets/no-shows.ts";
import { cancelTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { StoreError } from "../../server/store-error.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { decorated } from "../rows/recording-store.ts";
import { EasySeating, queued, ticketMsMax, type World, world } from "./world.ts";

function measured() {
  const metrics = new Metrics({ process: false });
  metrics.matchmaking.declare(["duel", "pairs"]);
  const there: World = { ...world(), metrics: metrics.matchmaking };
  const seating = new EasySeating();
  const director = new Director({ ...there, seating, decide: proposals });
  metrics.beforeReading(() => metrics.matchmaking.now(director.status()));
  /** The metrics of the queue `duel`; `tickets_ended_total{end="assigned"}` is `tickets_ended_total assigned`. */
  const read = async () => {
    const { text } = await metrics.text();
    const ofDuel = [...samplesOf(text)].filter(([name]) => name.includes('queue="duel"'));
    const worded = (name: string) =>
      name
        .replace("holdfast_", "")
        .replace(/\{(?:le="([^"]+)",)?queue="duel"(?:,\w+="(.*)")?\}/, " $1$2")
        .trim();
    return Object.fromEntries(ofDuel.map(([name, value]) => [worded(name), value]));
  };
  const turn = async () => {
    await director.runOnce();
    await director.settled();
  };
  return { there, director, seating, read, turn, metrics };
}

test("a ticket is seen to wait, with its age, and is assigned with how long it waited", async () => {
  const { there, read, turn } = measured();
  expect(await read()).toMatchObject({ tickets_waiting: 0, oldest_ticket_age_seconds: 0, queue_leads: 0 });
  await queued(there, "ann");
  await there.pass(4000);
  await turn();
  await there.pass(3000);
  expect(await read()).toMatchObject({
    ...{ tickets_created_total: 1, tickets_waiting: 1, oldest_ticket_age_seconds: 7, queue_leads: 1 },
    ...{ "tickets_ended_total assigned": 0, "proposals_total assigned": 0, proposals_under_way: 0 },
  });
  await queued(there, "ben");
  await turn();
  expect(await read()).toMatchObject({
    ...{ tickets_created_total: 2, tickets_waiting: 0, oldest_ticket_age_seconds: 0 },
    ...{ "tickets_ended_total assigned": 2, "proposals_total assigned": 1 },
    ...{ ticket_wait_seconds_count: 2, ticket_wait_seconds_sum: 7 },
    ...{ "ticket_wait_seconds_bucket 0.5": 1, "ticket_wait_seconds_bucket 10": 2 },
    matchmaking_turn_seconds_count: 2,
  });
});

test("the same ticket asked for again is one, and one that is taken back or not wanted any more ended so", async () => {
  const { there, read, turn } = measured();
  const { ticket } = await queued(there, "ann");
  await queued(there, "ann");
  await cancelTicket(there, { ticketId: ticket.id, userId: "ann" });
  await cancelTicket(there, { ticketId: ticket.id, userId: "ann" });
  await queued(there, "ben");
  await there.pass(ticketMsMax + 1);
  await turn();
  expect(await read()).toMatchObject({
    ...{ tickets_created_total: 2, tickets_waiting: 0 },
    ...{
      "tickets_ended_total cancelled": 1,
      "tickets_ended_total expired": 1,
      "tickets_ended_total assigned": 0,
    },
    ticket_wait_seconds_count: 0,
  });
});

test("a proposal without seats is counted with why; a code of nobody's is no label", async () => {
  const { there, seating, read, turn } = measured();
  const codes = ["fleet/no-room", "made/up", undefined];
  seating.before = async () => {
    const code = codes.shift();
    return code === undefined ? undefined : { ok: false, code };
  };
  await queued(there, "ann");
  await queued(there, "ben");
  for (let count = 0; count < 3; count++) {
    await turn();
    await there.pass(1000);
  }
  expect(await read()).toMatchObject({
    ...{ "proposals_total refused": 2, "proposals_total assigned": 1, "proposals_total overtaken": 0 },
    ...{ "proposals_refused_total fleet/no-room": 1, "proposals_refused_total other": 1 },
    "tickets_ended_total assigned": 2,
  });
});

test("a proposal whose ticket was taken back meanwhile is overtaken, and nobody is counted as assigned", async () => {
  const { there, seating, read, turn } = measured();
  const { ticket } = await queued(there, "ann");
  await queued(there, "ben");
  seating.before = async () => {
    await cancelTicket(there, { ticketId: ticket.id, userId: "ann" });
    return undefined;
  };
  await turn();
  expect(await read()).toMatchObject({
    ...{ "proposals_total overtaken": 1, "proposals_total assigned": 0, "proposals_total refused": 0 },
    ...{ "tickets_ended_total cancelled": 1, "tickets_ended_total assigned": 0, tickets_waiting: 1 },
  });
});

test("a store that fails has nobody assigned who is not", async () => {
  const { there, metrics, read } = measured();
  let fails = false;
  const store = decorated(there.store, {
    commit: async (...asked) => {
      if (fails) throw new StoreError("store/unavailable", "no answer");
      return there.store.commit(...asked);
    },
  });
  const seating = new EasySeating();
  seating.before = async () => {
    fails = true;
    return undefined;
  };
  const director = new Director({ ...there, store, seating, decide: proposals });
  metrics.beforeReading(() => metrics.matchmaking.now(director.status()));
  await queued(there, "ann");
  await queued(there, "ben");
  await director.runOnce();
  await there.pass(20_000);
  await director.settled();
  expect(await read()).toMatchObject({
    ...{ "proposals_total assigned": 0, "proposals_total overtaken": 1, "tickets_ended_total assigned": 0 },
    ticket_wait_seconds_count: 0,
  });
});

test("an assignment that the store kept although its answer was lost is counted, once", async () => {
  const { there, seating, metrics, read } = measured();
  let commits = 0;
  const store = decorated(there.store, {
    commit: async (part, commit) => {
      const result = await there.store.commit(part, commit);
      if (commit.put.some(({ value }) => value.includes('"state":"assigned"')) && commits++ === 0)
        throw new StoreError("store/unavailable", "the answer was lost");
      return result;
    },
  });
  const director = new Director({ ...there, store, seating, decide: proposals });
  metrics.beforeReading(() => metrics.matchmaking.now(director.status()));
  await queued(there, "ann");
  await queued(there, "ben");
  await director.runOnce();
  await there.pass(1000);
  await director.settled();
  expect(commits).toBe(2);
  expect(await read()).toMatchObject({
    ...{ "proposals_total assigned": 1, "proposals_total overtaken": 0, "tickets_ended_total assigned": 2 },
    ...{ ticket_wait_seconds_count: 2, tickets_waiting: 0 },
  });
  expect(seating.matches.size).toBe(1);
});

test("a no-show counts once, however often it is told, and a party counts when it is there", async () => {
  const { there, metrics } = measured();
  expect(await recordNoShow(there, "ann", "m1")).toBe(true);
  expect(await recordNoShow(there, "ann", "m1")).toBe(false);
  expect(await recordNoShow(there, "ann", "m2")).toBe(true);
  await createParty(there, { userId: "ann" });
  expect(samplesOf((await metrics.text()).text).get("holdfast_parties_created_total")).toBe(1);
});

test("[P6] a queue that nobody declared has no series, whatever is said of it", async () => {
  const { metrics } = measured();
  const { size } = samplesOf((await metrics.text()).text);
  for (const queue of ["nothing", "Duel", "__proto__"]) {
    metrics.matchmaking.ticketCreated(queue);
    metrics.matchmaking.ticketEnded(queue, "assigned", 1);
    metrics.matchmaking.proposalEnded(queue, "assigned");
    metrics.matchmaking.proposalRefused(queue, "node/full");
    metrics.matchmaking.noShow(queue);
    metrics.matchmaking.turn(queue, 1);
  }
  expect(samplesOf((await metrics.text()).text).size).toBe(size);
});
