/** A whole server in this process, with a queue that waits two seconds: who comes late, who does not, who waits for them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../../../server/compose/running-server.ts";
import { startRole } from "../../../server/compose/start-role.ts";
import { openLog } from "../../../server/ops/log.ts";
import { type Config, settings } from "../../../server/settings/settings.ts";
import { type ApiError, reserveSeat } from "../../../shared/client/api.ts";
import { joinMatch } from "../../../shared/client/follow-match.ts";
import { cancelTicket, createTicket } from "../../../shared/client/tickets.ts";
import type { TicketInfo } from "../../../shared/wire/tickets.ts";
import {
  type DescribedMetric,
  describedMetrics,
  samplesOf,
  shownMetrics,
} from "../../docs/described-metrics.ts";
import { temporaryDirectory } from "../../durability/data-directory.ts";
import {
  assignmentOf,
  duelQueue,
  enqueue,
  leaveAll,
  newQueuer,
  type Queuer,
  type SeatedPlayer,
  seated,
  ticketOf,
} from "../../e2e/queueing-players.ts";
import { eventually } from "../../e2e/server-child.ts";

const arriveSeconds = 2;
const directory = temporaryDirectory();
const there: SeatedPlayer[] = [];
const adminToken = "operator";
let server: RunningServer;
let url: string;

beforeAll(async () => {
  const [, queues] = duelQueue(directory.path, {
    arriveSeconds,
    options: { durationSeconds: 60, scoreLimit: 1000 },
  });
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default]);
  const config = {
    ...Object.fromEntries(defaults),
    ...{ store: "memory", port: 0, host: "127.0.0.1", queues },
    ...{ rateAddressPerSecond: 0, rateUserPerSecond: 0, adminToken },
  } as Config;
  server = await startRole(config, openLog("silent"));
  url = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await leaveAll(there);
  await server.stop();
  directory.remove();
});

async function metricsNow(): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** A metric of the queue `duel` or of bans, as it is now. */
async function counted(name: string): Promise<number | undefined> {
  return samplesOf(await metricsNow()).get(`holdfast_${name}`);
}

/** Created, assigned, timed, proposed with success, not come. */
async function numbersOfDuel(): Promise<number[]> {
  const samples = samplesOf(await metricsNow());
  const names = [
    'tickets_created_total{queue="duel"}',
    'tickets_ended_total{queue="duel",end="assigned"}',
    'ticket_wait_seconds_count{queue="duel"}',
    'proposals_total{queue="duel",result="assigned"}',
    'no_shows_total{queue="duel"}',
  ];
  return names.map((name) => samples.get(`holdfast_${name}`)!);
}

async function assignedPair() {
  const players = [await newQueuer(url), await newQueuer(url)] as const;
  const assignments = await Promise.all(players.map(assignmentOf));
  return { players, assignments: assignments as [(typeof assignments)[0], (typeof assignments)[0]] };
}

async function comeTo(player: Queuer, matchId: string): Promise<SeatedPlayer> {
  const { reservation } = await reserveSeat(player, { game: "arena", matchId });
  const back = await seated(player, { reservation });
  there.push(back);
  return back;
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "granted",
    ({ code }: ApiError) => code,
  );

test("the metrics of a whole server are those that its manual describes, with their types and labels", async () => {
  const shown = shownMetrics(await metricsNow());
  const described = describedMetrics();
  const typed = ({ name, type }: DescribedMetric) => `${name} ${type}`;
  expect(shown.map(typed)).toEqual(described.map(typed));
  const labelled = shown.filter(({ labels }) => labels.length > 0);
  expect(labelled.length).toBeGreaterThan(20);
  for (const { name, labels } of labelled)
    expect(labels, name).toEqual(described.find((each) => each.name === name)!.labels);
});

test("a ticket, a ban and who is banned show in the numbers of a whole server, each once", async () => {
  const player = await newQueuer(url);
  const ticket = await enqueue(player);
  await expect.poll(() => counted('tickets_waiting{queue="duel"}'), { timeout: 10_000 }).toBe(1);
  await expect
    .poll(() => counted('oldest_ticket_age_seconds{queue="duel"}'), { timeout: 10_000 })
    .toBeGreaterThan(0);
  expect(await counted('queue_leads{queue="duel"}')).toBe(1);
  const begun = (await counted('sessions_begun_total{as="guest"}'))!;
  const response = await fetch(`${url}/admin/bans`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ kind: "user", of: player.userId, minutes: 1 }),
  });
  expect(response.status).toBe(201);
  expect(await counted('bans{kind="user"}')).toBe(1);
  const code = await codeOf(ticketOf(player, ticket.id));
  expect(code).toMatch(/^session\//);
  expect(await counted(`sessions_refused_total{request="check",code="${code}"}`)).toBe(1);
  expect(await counted('sessions_begun_total{as="guest"}')).toBe(begun);
  // The ticket of somebody who may not be here goes.
  await expect
    .poll(() => counted('tickets_ended_total{queue="duel",end="cancelled"}'), { timeout: 10_000 })
    .toBe(1);
  expect(await counted('tickets_waiting{queue="duel"}')).toBe(0);
});

test("nobody is shut out for good: who needs longer than a reservation asks by the match's id, and has their own seat", async () => {
  const { players, assignments } = await assignedPair();
  const [ann, ben] = players;
  const { matchId, reservation } = assignments[0];
  there.push(await seated(ben, assignments[1]));
  // The same reservation again while it lives, a new one when it was lost.
  const again = await reserveSeat(ann, { game: "arena", matchId });
  expect(again.reservation.sessionId).toBe(reservation.sessionId);
  const late = await comeTo(ann, matchId);
  expect([late.welcome.matchId, late.welcome.seat]).toEqual([matchId, assignments[0].team]);
  const stranger = await newQueuer(url);
  expect(await codeOf(reserveSeat(stranger, { game: "arena", matchId }))).toBe("match/booked");
});

test("who sits in a rated match queues for no other one, and is told which it is", async () => {
  const { players, assignments } = await assignedPair();
  const both = await Promise.all(players.map((player, at) => seated(player, assignments[at]!)));
  there.push(...both);
  const [ann] = players;
  const { matchId } = assignments[0];
  const refusal = await createTicket(ann, { queue: "duel" }, crypto.randomUUID()).catch(
    (error: ApiError) => error,
  );
  expect(refusal).toMatchObject({ code: "ticket/in-match", status: 409, matchId });
  await both[0]!.room.leave();
  const ticket = await eventually(() => enqueue(ann).catch(() => undefined), { what: "a ticket" });
  expect(ticket.state).toBe("waiting");
  await cancelTicket(ann, ticket.id);
});

test("a duel to which one does not come is called off: the other waits again with the same ticket, who did not come waits longer", async () => {
  const players = [await newQueuer(url), await newQueuer(url)] as const;
  const before = await numbersOfDuel();
  const tickets = await Promise.all(players.map(enqueue));
  const assigned = await eventually(
    async () => {
      const now = await ticketOf(players[0], tickets[0]!.id);
      return now.state === "assigned" ? now : undefined;
    },
    { what: "an assignment" },
  );
  const theirs = (await ticketOf(players[1], tickets[1]!.id)) as TicketInfo & { state: "assigned" };
  const ann = await seated(players[0], assigned.assignment);
  there.push(ann);
  const waiting = await eventually(
    async () => {
      const now = await ticketOf(players[0], tickets[0]!.id);
      return now.state === "waiting" ? now : undefined;
    },
    { what: "the ticket to wait again" },
  );
  expect(waiting.createdAt).toBe(tickets[0]!.createdAt);
  await eventually(() => ann.events.find((event) => event.startsWith("leave")), { what: "the end" });
  expect(ann.events).toEqual(["called-off", "leave 4000"]);
  const { matchId } = assigned.assignment;
  expect(await codeOf(reserveSeat(players[1], { game: "arena", matchId }))).toBe("match/called-off");
  // By what the queue reserved, too, and not that it has run out.
  const { token } = players[1];
  const byAssignment = { url, game: "arena", session: token, assignment: theirs.assignment };
  expect(await codeOf(joinMatch(byAssignment))).toBe("match/called-off");
  const after = await numbersOfDuel();
  expect(after.map((value, at) => value - before[at]!)).toEqual([2, 2, 2, 1, 1]);
  const next = await enqueue(players[1]);
  expect(next.state === "waiting" && next.search.notBefore).toEqual(expect.any(String));
});
