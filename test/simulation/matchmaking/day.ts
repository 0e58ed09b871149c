/** One queue lives through the arrivals, second by second, until they are over; and what came of it. */
import { rank } from "../../../client-sim/percentiles.ts";
import { unfairnessOf } from "../../../server/matchmaking/engine/fairness.ts";
import type { Arrival } from "./population.ts";
import type { MadeMatch, Queue, Seated } from "./queue.ts";

interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface DayResult {
  readonly players: number;
  readonly matches: number;
  /** Players. Nobody gives up in this simulation. */
  readonly stillWaiting: number;
  readonly partiesSplit: number;
  readonly waitSeconds: Spread;
  /** By true skill, the weakest tenth first. */
  readonly waitSecondsByDecile: readonly Spread[];
  /** |p(win) - 0.5| as the ratings predict it: mean, and the 95th percentile of the matches. */
  readonly unfairness: number;
  readonly unfairnessP95: number;
  /** The same from the true skills, which no rule can see. */
  readonly trueUnfairness: number;
  readonly latencyMs: Spread;
  /** Slowest less fastest round trip of a match, mean. */
  readonly latencySpreadMs: number;
}

export interface DayRecord {
  readonly matches: readonly (MadeMatch & { readonly atMs: number })[];
  readonly stillWaiting: readonly Arrival[];
}

export function liveThrough(queue: Queue, arrivals: readonly Arrival[], hours: number): DayRecord {
  const matches: (MadeMatch & { atMs: number })[] = [];
  let next = 0;
  for (let atMs = 1000; atMs <= hours * 3_600_000; atMs += 1000) {
    while (next < arrivals.length && arrivals[next]!.atMs < atMs) queue.arrive(arrivals[next++]!);
    for (const match of queue.round(atMs)) matches.push({ ...match, atMs });
  }
  const placed = new Set(matches.flatMap(({ sides }) => sides.flat().map(({ arrival }) => arrival)));
  return { matches, stillWaiting: arrivals.filter((arrival) => !placed.has(arrival)) };
}

export function resultOf({ matches, stillWaiting }: DayRecord): DayResult {
  const seats = matches.flatMap(({ sides, atMs, region }) =>
    sides.flat().map(({ player, arrival }) => ({
      skill: player.skill,
      waitSeconds: (atMs - arrival.atMs) / 1000,
      latencyMs: arrival.latencyMs[region],
    })),
  );
  const bySkill = [...seats].sort((a, b) => a.skill - b.skill);
  const decile = (at: number) => bySkill.slice((at * bySkill.length) / 10, ((at + 1) * bySkill.length) / 10);
  const unfairness = matches.map(({ sides }) => unfairnessOf(sides.map(asRated)));
  return {
    players: seats.length,
    matches: matches.length,
    stillWaiting: stillWaiting.reduce((sum, { players }) => sum + players.length, 0),
    partiesSplit: partiesSplit(matches),
    waitSeconds: spreadOf(seats.map((seat) => seat.waitSeconds)),
    waitSecondsByDecile: Array.from({ length: 10 }, (_, at) =>
      spreadOf(decile(at).map((seat) => seat.waitSeconds)),
    ),
    unfairness: mean(unfairness),
    unfairnessP95: rank(
      unfairness.sort((a, b) => a - b),
      0.95,
    ),
    trueUnfairness: mean(matches.map(({ sides }) => unfairnessOf(sides.map(asSkilled)))),
    latencyMs: spreadOf(seats.map((seat) => seat.latencyMs)),
    latencySpreadMs: mean(matches.map(latencySpreadOf)),
  };
}

function asRated(side: readonly Seated[]) {
  let mu = 0;
  let variance = 0;
  for (const { player } of side) {
    mu += player.rating.mu;
    variance += player.rating.sigma ** 2;
  }
  return { mu, variance };
}

function asSkilled(side: readonly Seated[]) {
  return { mu: side.reduce((sum, { player }) => sum + player.skill, 0), variance: 0 };
}

function latencySpreadOf({ sides, region }: MadeMatch): number {
  const latencies = sides.flat().map(({ arrival }) => arrival.latencyMs[region]);
  return Math.max(...latencies) - Math.min(...latencies);
}

/** Parties of which not all are on one side of one match. */
function partiesSplit(matches: readonly MadeMatch[]): number {
  const together = new Map<Arrival, number>();
  const seen = new Set<Arrival>();
  for (const { sides } of matches)
    for (const side of sides)
      for (const arrival of new Set(side.map((each) => each.arrival))) {
        seen.add(arrival);
        together.set(
          arrival,
          Math.max(together.get(arrival) ?? 0, side.filter((each) => each.arrival === arrival).length),
        );
      }
  return [...seen].filter((arrival) => together.get(arrival)! < arrival.players.length).length;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return { p50: rank(sorted, 0.5), p95: rank(sorted, 0.95), p99: rank(sorted, 0.99) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
