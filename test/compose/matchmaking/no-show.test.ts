/** A whole server in this process, with a queue that waits two seconds: who comes late, who does not, who waits for them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmbedded } from "../../../server/compose/embedded.ts";
import type { RunningServer } from "../../../server/compose/running-server.ts";
import { openLog } from "../../../server/ops/log.ts";
import { type Config, settings } from "../../../server/settings/settings.ts";
import { type ApiError, reserveSeat } from "../../../shared/client/api.ts";
import { cancelTicket, createTicket } from "../../../shared/client/tickets.ts";
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
    ...{ rateAddressPerSecond: 0, rateUserPerSecond: 0 },
  } as Config;
  server = await startEmbedded(config, openLog("silent"));
  url = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await leaveAll(there);
  await server.stop();
  directory.remove();
});

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
  const tickets = await Promise.all(players.map(enqueue));
  const assigned = await eventually(
    async () => {
      const now = await ticketOf(players[0], tickets[0]!.id);
      return now.state === "assigned" ? now : undefined;
    },
    { what: "an assignment" },
  );
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
  const next = await enqueue(players[1]);
  expect(next.state === "waiting" && next.search.notBefore).toEqual(expect.any(String));
});
