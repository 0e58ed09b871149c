/**
 * What tickets cost in Redis, and how fast they become matches. A program of its own: starts a redis-server,
 * prints one JSON object and ends. `node test/bench/matchmaking-store.ts`
 *
 * `create` and `read`: so many at once as a busy instance has under way, without HTTP; per second of the clock, and
 * per second of this process' processor time. `reads` of a ticket that exists. `assignment`: from the creation
 * of the ticket that completes a match to the moment in which its player's long poll has the assignment, while
 * tickets come in steadily; seats cost nothing. `failover`: the same while the leading one of two director
 * processes is killed again and again: what the unlucky ones of that moment wait.
 */
import { performance } from "node:perf_hooks";
import { Director } from "../../server/matchmaking/director/director.ts";
import { proposals } from "../../server/matchmaking/engine/proposals.ts";
import type { MatchmakingParts } from "../../server/matchmaking/parts.ts";
import { readQueues } from "../../server/matchmaking/queues.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { hasEnded } from "../../server/matchmaking/tickets/ticket.ts";
import { readTicket, waitForTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { openRedisMatchmakingStore } from "../../server/rows/stores/redis.ts";
import { RedisServer } from "../durability/redis-server.ts";
import { later, newName, steadyMs } from "../matchmaking/directing-child.ts";
import { Directors, type DirectorsOptions } from "../matchmaking/directors.ts";
import { EasySeating } from "../matchmaking/world.ts";

const ticketCount = Number(process.env.TICKETS ?? 20_000);
const atOnce = 64;
const pairCount = Number(process.env.PAIRS ?? 500);
const pairsPerSecond = 50;
const killCount = Number(process.env.KILLS ?? 10);

const server = await RedisServer.start();
try {
  const prefix = "bench:";
  const store = await openRedisMatchmakingStore({ url: server.url, prefix, answerMsMax: 5000, steadyMs });
  const parts: MatchmakingParts = { store, queues: queues(), nowMs: store.nowMs, steadyMs, later, newName };
  const ids: string[] = [];
  const create = await measured(async (at) => {
    const wish = { queue: "crowd", players: [{ userId: `u${at}` }], latencyMs: { eu: 20 }, backfill: false };
    const result = await createTicket(parts, { userId: `u${at}`, idempotencyKey: "k", wish });
    if (!result.ok) throw new Error(result.detail);
    ids[at] = result.ticket.id;
  });
  const read = await measured(async (at) => {
    const { ok } = await readTicket(parts, { ticketId: ids[at]!, userId: `u${at}` });
    if (!ok) throw new Error("lost");
  });
  const assignment = await assignments(parts);
  const failover = await failovers(parts, { url: server.url, prefix, seatingMs: 0 });
  await store.close();
  const result = { node: process.version, tickets: ticketCount, create, read, assignment, failover };
  console.log(JSON.stringify({ bench: "matchmaking-store", ...result }));
} finally {
  await server.dispose();
}

function queues() {
  const wide = { start: 1000, growPerSecond: 0, max: 1000 };
  const rules = { game: "arena", teams: 2, teamSize: 1, regions: ["eu"], ratingWindow: wide };
  const read = readQueues(
    [
      { ...rules, name: "crowd" },
      { ...rules, name: "duel" },
    ],
    ["arena"],
  );
  if (!read.ok) throw new Error(read.message);
  return new Map(read.queues.map((each) => [each.name, each]));
}

interface Rate {
  readonly perSecond: number;
  /** Per second in which this process had the processor; Redis ran on another core. */
  readonly perCpuSecond: number;
}

async function measured(work: (at: number) => Promise<void>): Promise<Rate> {
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < ticketCount; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: Math.round((ticketCount * 1000) / (performance.now() - startedMs)),
    perCpuSecond: Math.round((ticketCount * 1e6) / (user + system)),
  };
}

/** Pairs come one after the other; the second of a pair completes it. */
async function assignments(parts: MatchmakingParts): Promise<object> {
  const queues = new Map([...parts.queues].filter(([name]) => name === "duel"));
  const director = new Director({
    ...parts,
    queues,
    seating: new EasySeating(),
    decide: proposals,
    log: () => {},
  });
  director.start();
  const tookMs: number[] = [];
  const pairs: Promise<void>[] = [];
  for (let pair = 0; pair < pairCount; pair++) {
    pairs.push(pairTookMs(parts, `${pair}`).then((took) => void tookMs.push(took)));
    await pause(1000 / pairsPerSecond);
  }
  await Promise.all(pairs);
  await director.stop();
  return { pairs: pairCount, pairsPerSecond, ...percentiles(tookMs) };
}

/** After each kill a pair comes at once: it waits for the lease to run out, for a turn, and for its seats. */
async function failovers(parts: MatchmakingParts, options: DirectorsOptions): Promise<object> {
  const directors = new Directors(options);
  try {
    directors.start();
    directors.start();
    const tookMs: number[] = [];
    for (let kill = 0; kill < killCount; kill++) {
      const leader = await directors.leads();
      await pairTookMs(parts, `before ${kill}`);
      directors.start();
      await directors.kill(leader);
      tookMs.push(await pairTookMs(parts, `after ${kill}`));
    }
    return { kills: killCount, ...percentiles(tookMs) };
  } finally {
    await directors.close();
  }
}

/** Both are created at the same moment: the slower of the two is when everybody has it. */
async function pairTookMs(parts: MatchmakingParts, name: string): Promise<number> {
  const took = await Promise.all([playerTookMs(parts, `a ${name}`), playerTookMs(parts, `b ${name}`)]);
  return Math.max(...took);
}

async function playerTookMs(parts: MatchmakingParts, userId: string): Promise<number> {
  const wish = { queue: "duel", players: [{ userId }], latencyMs: { eu: 20 }, backfill: false };
  const created = await createTicket(parts, { userId, idempotencyKey: "k", wish });
  if (!created.ok) throw new Error(created.detail);
  const startedMs = performance.now();
  for (let { ticket, version } = created; !hasEnded(ticket); ) {
    const asked = { ticketId: ticket.id, userId, known: version, waitMs: 30_000 };
    const found = await waitForTicket(parts, asked);
    if (!found.ok) throw new Error(found.detail);
    ({ ticket, version } = found);
  }
  return performance.now() - startedMs;
}

function percentiles(unsorted: readonly number[]): object {
  const tookMs = unsorted.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(tookMs[Math.ceil(tookMs.length * share) - 1]!);
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => void later(ms, resolve));
}
