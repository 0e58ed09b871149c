/**
 * One scan of a queue: which waiting tickets should play together now, and which should join running matches.
 * Pure and deterministic: no clock, no chance, the order of the input does not matter. It changes no ticket;
 * a proposal becomes an assignment, or falls through, elsewhere.
 *
 * The order is the promise: the starving first, oldest first, then running matches, then everybody by age.
 */
import type { QueueRules } from "../queues.ts";
import { backfillsOf } from "./backfill.ts";
import { balance, type Evened, evenest, unfairnessUnseen } from "./balance.ts";
import { type Bucket, bucketsOf } from "./bucket.ts";
import { candidatesOf } from "./candidates.ts";
import { favouriteChance, strengthsOf } from "./fairness.ts";
import { isStarving, unfairnessLimit } from "./limits.ts";
import { partLineUp, type Sides } from "./line-up.ts";
import { type Pool, poolOf, windowOf } from "./pool.ts";
import { rolesOf } from "./roles.ts";
import type { OpenSeats, WaitingTicket } from "./ticket.ts";

export interface Proposal {
  readonly queue: string;
  readonly region: string;
  readonly mode?: string;
  /** Ticket ids, one list for each side. */
  readonly teams: readonly (readonly string[])[];
  /** Seats of each side that bots take. */
  readonly bots: readonly number[];
  /** In a queue with roles: user id to role, for each side. */
  readonly roles?: readonly Readonly<Record<string, string>>[];
  readonly quality: {
    /** Highest less lowest mu of the players. */
    readonly ratingSpread: number;
    /** Slowest round trip to the region of those that are known; 0: none is. */
    readonly latencyMsMax: number;
    /** Of the favourite: 0.5 is even with two sides, 1/n with n sides or n players who each play alone. */
    readonly winProbability: number;
  };
}

/** One ticket for a side of a running match. */
export interface Backfill {
  readonly matchId: string;
  readonly team: number;
  readonly ticketId: string;
}

export interface Scan {
  /** Of any queue; those of others are left alone. Invariant: ids are unique. */
  readonly tickets: readonly WaitingTicket[];
  readonly openSeats: readonly OpenSeats[];
  readonly rules: QueueRules;
  /** Unix ms. */
  readonly nowMs: number;
}

interface Round {
  readonly pool: Pool;
  /** By mode, then region. */
  readonly buckets: readonly Bucket[];
}

/** Every ticket is in at most one of the answers. Those in none wait on. */
export function proposals({ tickets, openSeats, rules, nowMs }: Scan): {
  proposals: Proposal[];
  backfills: Backfill[];
} {
  const pool = poolOf(tickets, rules, nowMs);
  const round: Round = { pool, buckets: bucketsOf(pool) };
  const patient = pool.byAge.findIndex((row) => !isStarving(rules, pool.waitedMs[row]!));
  const starvingCount = patient < 0 ? pool.byAge.length : patient;

  const first = proposalsFor(round, pool.byAge.subarray(0, starvingCount), { starving: true });
  const backfills = backfillsOf(pool, round.buckets, openSeats);
  const then = proposalsFor(round, pool.byAge.subarray(starvingCount), { starving: false });
  return { proposals: [...first, ...then], backfills };
}

function proposalsFor(round: Round, seeds: Uint32Array, { starving }: { starving: boolean }): Proposal[] {
  const { pool } = round;
  const made: Proposal[] = [];
  for (const [turn, seed] of seeds.entries()) {
    if (pool.gone[seed] === 1) continue;
    const found = matchAround(round, seed, starving);
    if (found) {
      for (const side of found.sides) for (const row of side) pool.gone[row] = 1;
      made.push(proposalOf(pool, found));
    } else if (starving) holdFor(round, seed, turn === 0);
  }
  return made;
}

interface Match {
  readonly bucket: Bucket;
  readonly sides: Sides;
}

/**
 * The match of the seed's nearest region that has one even enough, or with bots when it has waited for that.
 * A starving seed lends its patience, and gets the most even match of all its regions.
 */
function matchAround(round: Round, seed: number, starving: boolean): Match | undefined {
  const { pool } = round;
  const limit = starving ? unfairnessUnseen : unfairnessLimit(pool.rules, pool.waitedMs[seed]!);
  let best: (Match & Evened) | undefined;
  for (const { bucket, candidates } of choicesOf(round, seed, starving)) {
    const full = evenest(pool, candidates);
    if (full && full.unfairness <= limit) return { bucket, sides: full.sides };
    if (full && full.unfairness < (best?.unfairness ?? Number.POSITIVE_INFINITY)) best = { bucket, ...full };
  }
  return starving && best ? best : matchWithBots(round, seed, starving);
}

/** Where the most players are together. */
function matchWithBots(round: Round, seed: number, starving: boolean): Match | undefined {
  const { pool } = round;
  const { botsAfterSeconds, playersMin } = pool.rules;
  if (botsAfterSeconds === undefined || pool.waitedMs[seed]! < botsAfterSeconds * 1000) return undefined;
  let best: (Match & { readonly players: number }) | undefined;
  for (const { bucket, candidates } of choicesOf(round, seed, starving)) {
    const sides = partLineUp(pool, candidates);
    const players = playersIn(pool, sides);
    if (players < playersMin || players <= (best?.players ?? 0)) continue;
    balance(pool, sides, candidates);
    best = { bucket, sides, players };
  }
  return best;
}

/** The seed's buckets with its candidates there: the region with its shortest round trip first. */
function* choicesOf({ pool, buckets }: Round, seed: number, starving: boolean) {
  const patience = starving ? windowOf(pool, seed) : 0;
  const { regions, modes } = pool.rules;
  const mode = pool.mode[seed]!;
  for (const region of regionsOf(pool, seed))
    for (let at = 0; at < (modes?.length ?? 1); at++) {
      if (mode >= 0 && at !== mode) continue;
      const bucket = buckets[at * regions.length + region]!;
      yield { bucket, candidates: candidatesOf(pool, bucket, seed, patience) };
    }
}

/** Those that it accepts now, the shortest round trip first. */
function* regionsOf(pool: Pool, row: number): Generator<number> {
  const best = pool.bestRegion[row]!;
  yield best;
  if (pool.regions[row] === 1 << best) return;
  const { regions } = pool.rules;
  const { latencyMs } = pool.tickets[row]!;
  const roundTripMs = (region: number) => latencyMs[regions[region]!] ?? 0;
  const others = regions
    .map((_, region) => region)
    .filter((region) => region !== best && ((pool.regions[row]! >>> region) & 1) === 1);
  yield* others.sort((a, b) => roundTripMs(a) - roundTripMs(b) || a - b);
}

/**
 * Whom a starving ticket already has for its match is not given to younger ones: it waits for the rest. Only
 * the oldest of all holds others who starve too, or two could hold each other's players for ever.
 */
function holdFor(round: Round, seed: number, isOldest: boolean): void {
  const { pool } = round;
  let held: number[] = [];
  for (const { candidates } of choicesOf(round, seed, true)) {
    const rows = partLineUp(pool, candidates).flat();
    if (playersIn(pool, [rows]) > playersIn(pool, [held])) held = rows;
  }
  // The seed itself stays free: a running match may take it, or a younger ticket's.
  for (const row of held)
    if (row !== seed && (isOldest || !isStarving(pool.rules, pool.waitedMs[row]!))) pool.gone[row] = 1;
}

function playersIn(pool: Pool, sides: Sides): number {
  return sides.reduce((sum, rows) => rows.reduce((count, row) => count + pool.size[row]!, sum), 0);
}

function proposalOf(pool: Pool, { bucket, sides }: Match): Proposal {
  const { rules, tickets } = pool;
  const region = rules.regions[bucket.region]!;
  const mode = rules.modes?.[bucket.mode];
  const { roles } = rules;
  const ticketsOf = (rows: readonly number[]) => rows.map((row) => tickets[row]!);
  return {
    queue: rules.name,
    region,
    ...(mode === undefined ? {} : { mode }),
    teams: sides.map((rows) => ticketsOf(rows).map(({ id }) => id)),
    bots: sides.map((rows) => rules.teamSize - playersIn(pool, [rows])),
    ...(roles ? { roles: sides.map((rows) => rolesOfSide(ticketsOf(rows), roles)) } : {}),
    quality: qualityOf(pool, sides, region),
  };
}

function rolesOfSide(tickets: readonly WaitingTicket[], seats: Readonly<Record<string, number>>) {
  const players = tickets.flatMap((ticket) => ticket.players);
  const roles = rolesOf(players, seats) ?? [];
  return Object.fromEntries(players.map(({ userId }, at) => [userId, roles[at]!]));
}

function qualityOf(pool: Pool, sides: Sides, region: string): Proposal["quality"] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let latencyMsMax = 0;
  for (const row of sides.flat()) {
    const { players, latencyMs } = pool.tickets[row]!;
    latencyMsMax = Math.max(latencyMsMax, latencyMs[region] ?? 0);
    for (const { rating } of players) {
      lowest = Math.min(lowest, rating.mu);
      highest = Math.max(highest, rating.mu);
    }
  }
  const winProbability = favouriteChance(strengthsOf(pool, sides));
  return { ratingSpread: highest - lowest, latencyMsMax, winProbability };
}
