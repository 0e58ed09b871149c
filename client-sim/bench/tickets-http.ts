/**
 * Tickets through HTTP and Redis: created and read by many users, each with a session, over keep-alive connections
 * from another process. The matchmaker is one process with its director. Its cost is its own processor time, which other
 * programs on the machine do not change.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { programPath } from "../../shared/command-line/program-path.ts";
import { RedisProcess } from "../processes/redis-process.ts";
import { type ServerProcess, startServer } from "../processes/server-process.ts";
import { AskedProcess } from "./asked-process.ts";
import { readMetrics } from "./metrics-text.ts";
import { type BenchResult, result } from "./result.ts";
import { crowdQueue, everybodysRole, type TicketAnswer, type TicketOrder } from "./ticket-clients-process.ts";

export interface TicketsHttpExtent {
  readonly users: number;
  /** In each round every user creates a ticket, reads it and cancels it, so the number of waiting tickets is bounded. */
  readonly rounds: number;
}

const connections = 64;
const createsGoal = { atLeast: 3000 };
/** Limits that are counted but never reached. */
const limitsAt = (perSecond: string, guests: string) => [
  ...["--rate-address-per-second", perSecond, "--rate-user-per-second", perSecond],
  ...["--guests-per-address-per-minute", guests, "--tickets-per-address-max", "0"],
];
const countedLimits = limitsAt("1000000", "1000000");
const noLimits = limitsAt("0", "0");

/** Figures of one kind of request; `perSecond` is by the clock, `perCpuSecond` by the matchmaker's processor time. */
interface Rates {
  readonly perCpuSecond: number;
  readonly perSecond: number;
  readonly redisUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface MeasuredRates {
  readonly creates: readonly Rates[];
  readonly reads: readonly Rates[];
}

export async function ticketsHttp(
  path: string,
  extent: TicketsHttpExtent,
  progress: (text: string) => void,
): Promise<BenchResult[]> {
  const free = await measured(join(path, "free"), noLimits, extent, progress);
  const limited = await measured(
    join(path, "limited"),
    countedLimits,
    { ...extent, rounds: Math.ceil(extent.rounds / 2) },
    progress,
  );
  // In the first round the server sees every user for the first time.
  const [first, ...later] = free.creates;
  const of = (rates: readonly Rates[], key: keyof Rates) => rates.map((each) => each[key]);
  return [
    result(
      "tickets created, per CPU second of the matchmaker",
      "1/s",
      of(later, "perCpuSecond"),
      createsGoal,
    ),
    result("the same, first request of each session", "1/s", of([first!], "perCpuSecond")),
    result("the same, with limits per address and user", "1/s", of(limited.creates.slice(1), "perCpuSecond")),
    result("tickets created, per second of the clock", "1/s", of(later, "perSecond")),
    result(`creation p50, ${connections} at once`, "ms", of(later, "p50Ms")),
    result(`creation p99, ${connections} at once`, "ms", of(later, "p99Ms")),
    result("CPU of Redis per creation", "µs", of(later, "redisUs")),
    result("tickets read, per CPU second of the matchmaker", "1/s", of(free.reads, "perCpuSecond")),
    result("tickets read, per second of the clock", "1/s", of(free.reads, "perSecond")),
    result("CPU of Redis per read", "µs", of(free.reads, "redisUs")),
    result("the same reads with limits, per CPU second", "1/s", of(limited.reads, "perCpuSecond")),
  ];
}

async function measured(
  path: string,
  limits: readonly string[],
  { users, rounds }: TicketsHttpExtent,
  progress: (text: string) => void,
): Promise<MeasuredRates> {
  await mkdir(join(path, "redis"), { recursive: true });
  const queues = join(path, "queues.json");
  await writeFile(queues, queueFile());
  const redis = await RedisProcess.start(join(path, "redis"));
  let server: ServerProcess | undefined;
  const clients = new AskedProcess<TicketOrder>(
    programPath(import.meta.url, "./ticket-clients.ts"),
    "the clients that queue",
  );
  try {
    const args = ["--role", "matchmaker", "--store", "redis", "--redis-url", redis.url, "--queues", queues];
    server = await startServer({
      ...{ dataDir: path, supervised: false },
      args: [...args, ...limits, "--log-level", "error"],
    });
    progress(`tickets over HTTP: ${users} users begin sessions`);
    await clients.ask({ type: "begin", url: server.url, users, connections });
    const parts = { server, redis, clients };
    const creates: Rates[] = [];
    const reads: Rates[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`tickets over HTTP: round ${round} of ${rounds}`);
      creates.push(await ratesOf(parts, { type: "create" }));
      reads.push(await ratesOf(parts, { type: "read" }));
      await clients.ask({ type: "cancel" });
    }
    return { creates, reads };
  } finally {
    await clients.stop();
    await server?.stop();
    await redis.stop();
  }
}

function queueFile(): string {
  const roles = { [everybodysRole]: 1, striker: 1 };
  const queue = { name: crowdQueue, game: "arena", teams: 2, teamSize: 2, regions: ["local"], roles };
  return JSON.stringify([queue]);
}

interface TicketBenchParts {
  readonly server: ServerProcess;
  readonly redis: RedisProcess;
  readonly clients: AskedProcess<TicketOrder>;
}

async function ratesOf({ server, redis, clients }: TicketBenchParts, order: TicketOrder): Promise<Rates> {
  const [cpuBefore, redisBefore] = [await cpuSeconds(server), await redis.cpuSeconds()];
  const { questions, seconds, p50Ms, p99Ms } = await clients.ask<TicketAnswer>(order);
  const [cpu, redisCpu] = [(await cpuSeconds(server)) - cpuBefore, (await redis.cpuSeconds()) - redisBefore];
  return {
    perCpuSecond: questions / cpu,
    perSecond: questions / seconds,
    redisUs: (redisCpu * 1e6) / questions,
    ...{ p50Ms, p99Ms },
  };
}

/** Processor time of all threads of the process, including the kernel's part. */
async function cpuSeconds({ url }: ServerProcess): Promise<number> {
  const text = await fetch(`${url}/metrics`).then((response) => response.text());
  return readMetrics(text).values.get("process_cpu_seconds_total") ?? Number.NaN;
}
