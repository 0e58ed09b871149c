/**
 * How long it takes from the last ticket that a match needed until all its players have their assignment: a fleet of
 * two room nodes and two matchmakers, and players who come at a steady rate, each with a held request. Nobody takes
 * their seat, so the matches themselves are not measured.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beginSession } from "../../shared/client/sessions.ts";
import { createTicket, nextTicket } from "../../shared/client/tickets.ts";
import { rank } from "../percentiles.ts";
import { FleetProcess } from "../processes/fleet-process.ts";
import { RedisProcess } from "../processes/redis-process.ts";
import { type BenchGame, goalIn } from "./bench-game.ts";
import { pause } from "./load.ts";
import { type BenchResult, result } from "./result.ts";

export interface AssignedExtent {
  /** Number of players in one run. */
  readonly arrivals: number;
  readonly runs: number;
}

const perSecond = 10;
const goal = { atMost: 1000 };
const queueName = "duel";
const queueOf = ({ game, options }: BenchGame) => ({
  ...{ name: queueName, game: game.name, options, teams: 2, teamSize: 1, regions: ["local"] },
  // Any opponent is accepted, as the queue's rules are not measured.
  ratingWindow: { start: 1000, growPerSecond: 0, max: 1000 },
  unfairness: { start: 1, growPerSecond: 0, max: 1 },
});

/** When one player was told; times in ms by our clock. */
interface ToldPlayer {
  readonly matchId: string;
  readonly askedAtMs: number;
  readonly toldAtMs: number;
}

export async function ticketsAssigned(
  path: string,
  { arrivals, runs, played }: AssignedExtent & { readonly played: BenchGame },
  progress: (text: string) => void,
): Promise<BenchResult[]> {
  await mkdir(join(path, "redis"), { recursive: true });
  const queues = join(path, "queues.json");
  await writeFile(queues, JSON.stringify([queueOf(played)]));
  const redis = await RedisProcess.start(join(path, "redis"));
  let fleet: FleetProcess | undefined;
  try {
    const args = [...["--redis-url", redis.url, "--queues", queues, "--log-level", "error"], ...played.flags];
    fleet = await FleetProcess.start({ rooms: 2, matchmakers: 2, dataDir: join(path, "fleet"), args });
    const { url } = fleet;
    progress(`assignment: ${arrivals} players begin sessions`);
    const tokens: string[] = [];
    for (let at = 0; at < arrivals; at++) tokens.push((await beginSession({ url })).token);
    const all: number[][] = [];
    for (let run = 1; run <= runs; run++) {
      progress(`assignment: ${arrivals} players come, ${perSecond} a second, ${run} of ${runs}`);
      all.push(await takenMs(url, tokens, run));
    }
    const at = (part: number) => all.map((tookMs) => rank(Float64Array.from(tookMs).sort(), part));
    const name = `last needed ticket to everyone's assignment, ${perSecond} tickets/s`;
    return [
      result(`${name}, p50`, "ms", at(0.5)),
      result(`${name}, p99`, "ms", at(0.99), goalIn(played, goal)),
    ];
  } finally {
    await fleet?.stop();
    await redis.stop();
  }
}

/** The times by match. */
async function takenMs(url: string, tokens: readonly string[], run: number): Promise<number[]> {
  const told: Promise<ToldPlayer>[] = [];
  for (const token of tokens) {
    told.push(assigned({ url, token }, `bench-run-${run}`));
    await pause(1 / perSecond);
  }
  const matches = Map.groupBy(await Promise.all(told), ({ matchId }) => matchId);
  return [...matches.values()].map((its) => {
    const lastAskedAtMs = Math.max(...its.map(({ askedAtMs }) => askedAtMs));
    return Math.max(...its.map(({ toldAtMs }) => toldAtMs)) - lastAskedAtMs;
  });
}

/** @throws Error when the ticket ends without an assignment */
async function assigned(access: { url: string; token: string }, key: string): Promise<ToldPlayer> {
  const askedAtMs = performance.now();
  let ticket = await createTicket(access, { queue: queueName }, key);
  while (ticket.state === "waiting" || ticket.state === "proposed") ticket = await nextTicket(access, ticket);
  if (ticket.state !== "assigned") throw new Error(`a ticket is ${ticket.state}`);
  return { matchId: ticket.assignment.matchId, askedAtMs, toldAtMs: performance.now() };
}
