/**
 * How long one scan of the matchmaking engine takes, by the number of waiting tickets. A program of its own:
 * prints one JSON object and ends. `node test/bench/matchmaking-engine.ts [tickets …]`
 *
 * Two pools of each size. `fresh`: everybody came within the last 20 s, nearly all are matched, which is the
 * most work that has an answer. `stuck`: parties of 3 in teams of 4 and no one to fill up, nobody is matched.
 */
import { proposals } from "../../server/matchmaking/engine/proposals.ts";
import type { WaitingTicket } from "../../server/matchmaking/engine/ticket.ts";
import { type QueueRules, readQueues } from "../../server/matchmaking/queues.ts";
import { Chance } from "../simulation/chance.ts";

const seed = 7;
const nowMs = 1_700_000_000_000;
const sizes = [1_000, 10_000, 100_000, 1_000_000];
const rounds = 5;
const regions = ["eu", "us", "asia"];

interface Timing {
  readonly tickets: number;
  readonly pool: "fresh" | "stuck";
  /** Median of the rounds; the first one, which also compiles, is in it. */
  readonly ms: number;
  readonly msMin: number;
  readonly msMax: number;
  /** Median of the processor time of the scanning thread: what other programs do is not in it. */
  readonly cpuMs: number;
  readonly cpuNsPerTicket: number;
  readonly proposals: number;
  readonly matched: number;
}

const asked = process.argv.slice(2).map(Number);
const rules = benchmarkRules();
const timings = (asked.length > 0 ? asked : sizes).flatMap((count) => [
  timing(count, "fresh"),
  timing(count, "stuck"),
]);
console.log(JSON.stringify({ bench: "matchmaking-engine", node: process.version, seed, rounds, timings }));

function benchmarkRules(): QueueRules {
  const read = readQueues([{ name: "four", game: "arena", teams: 2, teamSize: 4, regions }], ["arena"]);
  if (!read.ok) throw new Error(read.message);
  return read.queues[0]!;
}

function timing(count: number, pool: Timing["pool"]): Timing {
  const chance = new Chance(seed);
  const tickets = Array.from({ length: count }, (_, at) => ticketOf(chance, at, pool));
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let made: ReturnType<typeof proposals>["proposals"] = [];
  for (let round = 0; round < rounds; round++) {
    const cpu = process.threadCpuUsage();
    const startedMs = performance.now();
    made = proposals({ tickets, openSeats: [], rules, nowMs }).proposals;
    times.push(performance.now() - startedMs);
    const { user, system } = process.threadCpuUsage(cpu);
    cpuTimes.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  cpuTimes.sort((a, b) => a - b);
  const ms = times[rounds >> 1]!;
  const cpuMs = cpuTimes[rounds >> 1]!;
  return {
    tickets: count,
    pool,
    ms: tenths(ms),
    msMin: tenths(times[0]!),
    msMax: tenths(times.at(-1)!),
    cpuMs: tenths(cpuMs),
    cpuNsPerTicket: Math.round((cpuMs * 1e6) / count),
    proposals: made.length,
    matched: made.reduce((sum, { teams }) => sum + teams.flat().length, 0),
  };
}

/** Ratings in a bell around 25; 70 % alone, the rest parties of 2 to 4; three regions, one of them near. */
function ticketOf(chance: Chance, at: number, pool: Timing["pool"]): WaitingTicket {
  const alone = chance.happens(70);
  const size = pool === "stuck" ? 3 : alone ? 1 : chance.between(2, 4);
  const near = chance.below(regions.length);
  const mu = 25 + (chance.below(1000) + chance.below(1000) + chance.below(1000) - 1500) / 75;
  return {
    id: `ticket-${chance.uint32().toString(36)}-${at}`,
    queue: "four",
    createdAtMs: nowMs - chance.below(20_000),
    players: Array.from({ length: size }, (_, player) => ({
      userId: `user-${at}-${player}`,
      rating: { mu: mu + chance.below(100) / 100, sigma: 2 + chance.below(600) / 100 },
    })),
    latencyMs: Object.fromEntries(
      regions.map((region, index) => [
        region,
        index === near ? chance.between(10, 50) : chance.between(60, 160),
      ]),
    ),
    backfill: true,
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
