/**
 * From the queue to the rating with real processes, of which some are killed on the way: no ticket is lost, every
 * match is rated once.
 */
import { afterAll, describe, expect, it } from "vitest";
import { fetchMatch } from "../../shared/client/api.ts";
import { describedMetrics, samplesOf, shownMetrics } from "../docs/described-metrics.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { noRedis } from "../durability/redis-server.ts";
import { FleetNodes } from "./fleet-nodes.ts";
import {
  assignmentOf,
  duel,
  duelQueue,
  enqueue,
  leaveAll,
  newQueuer,
  type Queuer,
  rated,
  ratingOf,
  type SeatedPlayer,
  seated,
  ticketOf,
} from "./queueing-players.ts";
import { endServerChildren, eventually, type ServerChild, startServerChild } from "./server-child.ts";

const players: SeatedPlayer[] = [];
const directories: { remove(): void }[] = [];
const fleets: FleetNodes[] = [];

// They wait for the ends of matches most of the time, and so side by side.
afterAll(async () => {
  await leaveAll(players.splice(0));
  await endServerChildren();
  for (const fleet of fleets.splice(0)) await fleet.end();
  for (const directory of directories.splice(0)) directory.remove();
});

function newDirectory(): string {
  const directory = temporaryDirectory();
  directories.push(directory);
  return directory.path;
}

const portOf = ({ url }: ServerChild) => Number(new URL(url).port);

const metricsText = async ({ url }: ServerChild) => (await fetch(`${url}/metrics`)).text();

/** A node counts a moment after others see what it did. */
async function expectMetrics(node: ServerChild, wanted: Readonly<Record<string, unknown>>): Promise<void> {
  const shown = async () => {
    const samples = samplesOf(await metricsText(node));
    return Object.fromEntries(Object.keys(wanted).map((name) => [name, samples.get(name)]));
  };
  let last: Awaited<ReturnType<typeof shown>> = {};
  const agrees = async () => {
    last = await shown();
    try {
      expect(last).toEqual(wanted);
      return true;
    } catch {
      return undefined;
    }
  };
  await eventually(agrees).catch(() => {});
  expect(last).toEqual(wanted);
}

/** Every node shows the metrics that the manual describes, and no other. */
async function expectDescribed(nodes: readonly ServerChild[]): Promise<void> {
  const namesOf = (metrics: ReturnType<typeof describedMetrics>) => metrics.map(({ name }) => name);
  for (const node of nodes)
    expect(namesOf(shownMetrics(await metricsText(node)))).toEqual(namesOf(describedMetrics()));
}

/** Both have the match behind them that they have just played, and no other. */
async function expectRatedOnce(pair: readonly Queuer[]): Promise<void> {
  const ratings = await rated(pair);
  expect(ratings.map(({ matches }) => matches)).toEqual([1, 1]);
}

const moreThan = (number: number) => expect.toSatisfy((value: number) => value > number);

describe.concurrent("from the queue to the rating", () => {
  it("[P5] [P8] one server, killed while they queue and while they play: assigned, played to its end, rated once", async () => {
    const dataDir = newDirectory();
    const flags = duelQueue(dataDir);
    const first = await startServerChild({ dataDir, flags });
    const port = portOf(first);
    const [ann, ben] = [await newQueuer(first.url), await newQueuer(first.url)];
    const waiting = await enqueue(ann);
    expect(waiting.state).toBe("waiting");

    await first.end("SIGKILL");
    const second = await startServerChild({ dataDir, flags, port });
    expect(await ticketOf(ann, waiting.id)).toMatchObject({ state: "waiting", createdAt: waiting.createdAt });
    const bens = await assignmentOf(ben);
    const anns = await ticketOf(ann, waiting.id);
    if (anns.state !== "assigned") throw new Error(`the ticket is ${anns.state}`);
    expect(anns.assignment.matchId).toBe(bens.matchId);
    const pair = [await seated(ann, anns.assignment), await seated(ben, bens)];
    players.push(...pair);
    const { tick } = await fetchMatch({ url: second.url }, bens.matchId);

    await second.end("SIGKILL");
    const third = await startServerChild({ dataDir, flags, port });
    expect(third.matches).toBe(1);
    const after = await fetchMatch({ url: third.url }, bens.matchId);
    expect(after).toMatchObject({ epoch: 2, seats: { taken: 2 } });
    expect(after.tick).toBeGreaterThanOrEqual(tick);
    expect(await ratingOf(ann)).toBeUndefined();
    await expectRatedOnce(pair);
  });

  it("one server rates two who play, each once, and puts both on the leaderboard; a restart rates nobody again", async () => {
    const dataDir = newDirectory();
    const flags = duelQueue(dataDir);
    const first = await startServerChild({ dataDir, flags });
    const pair = await duel(first.url);
    players.push(...pair);
    await eventually(() => (pair.every(({ events }) => events.includes("over")) ? true : undefined), {
      what: "the end",
    });
    await expectRatedOnce(pair);
    const before = await rated(pair);
    expect(before[0]!.mu + before[1]!.mu).toBeCloseTo(50, 0);
    await first.end("SIGKILL");
    await startServerChild({ dataDir, flags, port: portOf(first) });
    expect(await rated(pair)).toEqual(before);
    const [again] = await Promise.all(pair.map((player) => assignmentOf(player)));
    expect(again!.matchId).not.toBe(pair[0]!.room.roomId);
  });

  it.skipIf(noRedis)(
    "[P5] [P8] a fleet whose leading matchmaker dies, then the room's node: assigned, played to its end, rated once",
    async () => {
      const fleet = await FleetNodes.start(duelQueue(newDirectory()));
      fleets.push(fleet);
      const [one, two, leader] = await Promise.all([
        fleet.room("one"),
        fleet.room("two"),
        fleet.matchmaker("first"),
      ]);
      const rooms = [one, two];
      const [ann, ben] = [await newQueuer(leader.url), await newQueuer(leader.url)];
      const waiting = await enqueue(ann);
      // It led the queue before there was another.
      const other = await fleet.matchmaker("second");
      await expectDescribed([...rooms, other]);
      const everywhere = (player: Queuer): Queuer => ({ ...player, url: [leader.url, other.url] });
      const [anna, benny] = [everywhere(ann), everywhere(ben)];

      await leader.end("SIGKILL");
      const bens = await assignmentOf(benny);
      const anns = await ticketOf(anna, waiting.id);
      if (anns.state !== "assigned") throw new Error(`the ticket is ${anns.state}`);
      expect(anns.assignment.matchId).toBe(bens.matchId);
      const pair = [
        await seated({ ...anna, url: other.url }, anns.assignment),
        await seated({ ...benny, url: other.url }, bens),
      ];
      players.push(...pair);
      // At once: on a busy machine the match is soon over.
      const { address } = await fetchMatch({ url: other.url }, bens.matchId);
      await rooms.find((room) => new URL(room.url).host === address)!.end("SIGKILL");
      await eventually(
        () =>
          fetchMatch({ url: other.url }, bens.matchId).then(
            ({ epoch }) => (epoch === 2 ? true : undefined),
            () => undefined,
          ),
        { what: "the match on the other node" },
      );
      const survivor = rooms.find((room) => new URL(room.url).host !== address)!;
      await expectMetrics(survivor, { holdfast_matches: 1 });
      await expectMetrics(survivor, {
        holdfast_takeover_seconds_count: 1,
        'holdfast_restores_total{result="restored"}': 1,
        // The room's node, and the matchmaker unless another node was first to declare it.
        holdfast_nodes_lost_total: expect.toBeOneOf([1, 2]),
      });
      await expectMetrics(other, {
        'holdfast_tickets_ended_total{queue="duel",end="assigned"}': 2,
        'holdfast_ticket_wait_seconds_count{queue="duel"}': 2,
        'holdfast_queue_leads{queue="duel"}': 1,
        'holdfast_redis_round_trip_seconds_count{connection="matchmaking"}': moreThan(10),
        'holdfast_http_requests_total{route="/v1/tickets",method="POST",status="2xx"}': 1,
      });
      await expectDescribed([survivor, other]);
      await expectRatedOnce(pair);
    },
  );

  it.skipIf(noRedis)(
    "[P6] a room node that players reach past the matchmakers counts their requests too",
    async () => {
      const fleet = await FleetNodes.start(["--rate-address-per-second", "1"]);
      fleets.push(fleet);
      const { url } = await fleet.room("one");
      const ask = () => fetch(`${url}/matchmake/joinOrCreate/arena`, { method: "POST", body: "{}" });
      const refused = await eventually(
        async () => {
          const response = await ask();
          return response.status === 429 ? response : undefined;
        },
        { everyMs: 0 },
      );
      expect(await refused.json()).toMatchObject({ code: "rate/limited" });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    },
  );
});
