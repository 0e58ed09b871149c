/**
 * Measures how long one scan of the matchmaking engine takes, by the number of waiting tickets. A program of its own,
 * started by `npm run bench -- matchmaking`, which compares the numbers with their goals. The last line of its
 * output is one JSON object. `node tools/engine-bench.ts [tickets …]`
 */

import { proposals } from "../server/matchmaking/engine/proposals.ts";
import type { WaitingTicket } from "../server/matchmaking/engine/ticket.ts";
import { type QueueRules, readQueues } from "../server/matchmaking/queues.ts";
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { readFlags } from "../shared/command-line/read-flags.ts";
import { nextBelow, type RandomState } from "../shared/game/deterministic/random.ts";

const seed = 7;
const nowMs = 1_700_000_000_000;
const sizes = [1_000, 10_000, 100_000, 1_000_000];
/** First scans, which are not counted because they also compile. */
const warmups = 1;
const roundsOf = (tickets: number) => (tickets < 1_000_000 ? 7 : 3);
const goalMs: Readonly<Record<number, number>> = { 100000: 250, 1000000: 3000 };
/** As n log n grows from 100,000 to 1,000,000: 10 · log 1,000,000 / log 100,000. */
const growthMax = 12;
const regions = ["eu", "us", "asia"];

/** `matched`: nearly all are. `stuck`: parties of 3 in teams of 4, and no one alone. `roles`: one nobody plays. */
const pools = { matched: "nearly all matched", stuck: "nobody completes a team", roles: "a role is lacking" };
type PoolName = keyof typeof pools;

/** What `result` in client-sim/bench/result.ts takes. */
interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly measured: readonly number[];
  readonly goal?: { readonly atMost: number };
}

const sizeMax = 1_000_000;
const isSize = (word: string) => /^[1-9]\d{0,6}$/.test(word) && Number(word) <= sizeMax;
const given = readFlags({}, process.argv.slice(2), {
  about: "node tools/engine-bench.ts [tickets …]",
  words: (words) => (words.every(isSize) ? undefined : `tickets are whole numbers from 1 to ${sizeMax}`),
});
if (!given.ok) endWith("engine-bench", given);
const asked = given.words.map(Number);
const rows = (Object.keys(pools) as PoolName[]).flatMap(rowsOf);
console.log(JSON.stringify({ bench: "matchmaking-engine", node: process.version, seed, rows }));

function rowsOf(pool: PoolName): BenchRow[] {
  // Another million would take half a minute and show nothing new.
  const own = pool === "roles" ? sizes.slice(0, -1) : sizes;
  const counts = asked.length > 0 ? asked : own;
  const scans = counts.map((count) => ({ count, ...scansOf(count, pool) }));
  const [small, large] = [100_000, 1_000_000].map((size) => scans.find(({ count }) => count === size));
  return [
    ...scans.flatMap(({ count, ms, cpuMs, matched }): BenchRow[] => {
      const name = `scan of ${count.toLocaleString("en")} tickets, ${pools[pool]} (${matched.toLocaleString("en")})`;
      const goal = goalMs[count];
      return [
        { name, unit: "ms", measured: ms, ...(goal ? { goal: { atMost: goal } } : {}) },
        { name: `${name}, processor`, unit: "ms", measured: cpuMs },
      ];
    }),
    ...(small && large ? [growth(pool, small.cpuMs, large.cpuMs)] : []),
  ];
}

/** The growth of processor time; wall-clock time would include other programs. */
function growth(pool: PoolName, small: readonly number[], large: readonly number[]): BenchRow {
  const usual = small.toSorted((a, b) => a - b)[small.length >> 1]!;
  const name = `100,000 to 1,000,000 tickets, ${pools[pool]}`;
  return { name, unit: "×", measured: large.map((each) => each / usual), goal: { atMost: growthMax } };
}

function scansOf(count: number, pool: PoolName): { ms: number[]; cpuMs: number[]; matched: number } {
  const random = { random: seed };
  const tickets = Array.from({ length: count }, (_, at) => ticketOf(random, at, pool));
  const rules = rulesOf(pool);
  const ms: number[] = [];
  const cpuMs: number[] = [];
  let matched = 0;
  for (let round = -warmups; round < roundsOf(count); round++) {
    const cpu = process.threadCpuUsage();
    const startedMs = performance.now();
    const made = proposals({ tickets, openSeats: [], rules, nowMs });
    const tookMs = performance.now() - startedMs;
    const { user, system } = process.threadCpuUsage(cpu);
    matched = made.proposals.reduce((sum, { teams }) => sum + teams.flat().length, 0);
    if (round < 0) continue;
    ms.push(tookMs);
    cpuMs.push((user + system) / 1000);
  }
  return { ms, cpuMs, matched };
}

function rulesOf(pool: PoolName): QueueRules {
  const roles = pool === "roles" ? { roles: { tank: 1, scout: 3 } } : {};
  const declared = { name: "four", game: "arena", teams: 2, teamSize: 4, regions, ...roles };
  const read = readQueues([declared], ["arena"]);
  if (!read.ok) throw new Error(read.message);
  return read.queues[0]!;
}

/** Tickets of 20 s. Ratings are normally distributed around 25; 70 % are alone, the rest parties of 2 to 4; one region is near. */
function ticketOf(random: RandomState, at: number, pool: PoolName): WaitingTicket {
  const below = (limit: number) => nextBelow(random, limit);
  const near = below(regions.length);
  const roundTripMs = (region: number) => (region === near ? 10 + below(41) : 60 + below(101));
  const size = pool === "stuck" ? 3 : below(100) < 70 ? 1 : 2 + below(3);
  const mu = 25 + (below(1000) + below(1000) + below(1000) - 1500) / 75;
  const roles = pool === "roles" ? { roles: ["scout"] } : {};
  return {
    id: `ticket-${below(1 << 20).toString(36)}-${at}`,
    queue: "four",
    createdAtMs: nowMs - below(20_000),
    players: Array.from({ length: size }, (_, player) => ({
      userId: `user-${at}-${player}`,
      rating: { mu: mu + below(100) / 100, sigma: 2 + below(600) / 100 },
      ...roles,
    })),
    latencyMs: { eu: roundTripMs(0), us: roundTripMs(1), asia: roundTripMs(2) },
    backfill: true,
  };
}
