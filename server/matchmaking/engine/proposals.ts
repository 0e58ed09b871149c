/**
 * One scan of a queue: which waiting tickets should play together now, and which should join running matches. Pure
 * and deterministic: no clock, no randomness, and the order of the input does not matter. It changes no ticket;
 * elsewhere a proposal becomes an assignment, or fails.
 *
 * The order is a promise: starving tickets first, oldest first, then running matches, then all others by age.
 */
import type { UnixMs } from "../../../shared/clock.ts";
import type { QueueRules } from "../queues.ts";
import { type Backfill, backfillsOf } from "./backfill.ts";
import { balance, type Evened, evenest, unfairnessUnseen } from "./balance.ts";
import { type Bucket, bucketsOf } from "./bucket.ts";
import { type Candidates, candidatesOf } from "./candidates.ts";
import { favouriteChance, strengthsOf } from "./fairness.ts";
import { isStarving, unfairnessLimit } from "./limits.ts";
import { partLineUp, type Sides } from "./line-up.ts";
import { Memory } from "./memory.ts";
import { type Pool, poolOf, roundTripMs, ticketOf } from "./pool.ts";
import { type RoleSeats, rolesOf } from "./roles.ts";
import type { OpenSeats, WaitingTicket } from "./ticket.ts";

export interface Proposal {
  readonly queue: string;
  readonly region: string;
  readonly mode?: string;
  /** Ticket ids, one list per side. */
  readonly teams: readonly (readonly string[])[];
  /** Seats of each side that bots take. */
  readonly bots: readonly number[];
  /** In a queue with roles: user id to role, per side. */
  readonly roles?: readonly Readonly<Record<string, string>>[];
  readonly quality: {
    /** Highest minus lowest mu of the players. */
    readonly ratingSpread: number;
    /** The slowest known round trip to the region; 0 when none is known. */
    readonly latencyMsMax: number;
    /** The favourite's: 0.5 is even with two sides, 1/n with n sides or n players who each play alone. */
    readonly winProbability: number;
  };
}

export interface Scan {
  /** Tickets of any queue; those of other queues are ignored. Invariant: ids are unique. */
  readonly tickets: readonly WaitingTicket[];
  readonly openSeats: readonly OpenSeats[];
  readonly rules: QueueRules;
  /** Unix ms. */
  readonly nowMs: UnixMs;
}

interface ProposalRound {
  readonly pool: Pool;
  /** By mode, then region. */
  readonly buckets: readonly Bucket[];
}

/** Belongs to the scan that runs: no answer refers to it. */
const memory = new Memory();

/** Every ticket is in at most one of the answers. Tickets in none keep waiting. */
export function proposals({ tickets, openSeats, rules, nowMs }: Scan): {
  proposals: Proposal[];
  backfills: Backfill[];
} {
  memory.begin();
  const pool = poolOf({ tickets, rules, nowMs }, memory);
  const round: ProposalRound = { pool, buckets: bucketsOf(pool) };
  const patient = pool.byAge.findIndex((row) => !isStarving(rules, pool.waitedMs[row]!));
  const starvingCount = patient < 0 ? pool.byAge.length : patient;

  const first = proposalsFor(round, pool.byAge.subarray(0, starvingCount), { starving: true });
  const backfills = backfillsOf(pool, round.buckets, openSeats);
  const then = proposalsFor(round, pool.byAge.subarray(starvingCount), { starving: false });
  return { proposals: [...first, ...then], backfills };
}

function proposalsFor(
  round: ProposalRound,
  seeds: Uint32Array,
  { starving }: { starving: boolean },
): Proposal[] {
  const { pool } = round;
  const made: Proposal[] = [];
  for (let turn = 0; turn < seeds.length; turn++) {
    const seed = seeds[turn]!;
    if (pool.gone[seed] === 1) continue;
    const found = matchAround(round, seed, starving);
    if (found) {
      for (const side of found.sides) for (const row of side) pool.gone[row] = 1;
      made.push(proposalOf(pool, found));
    } else if (starving) holdFor(round, seed, turn === 0);
  }
  return made;
}

interface FoundSides {
  readonly bucket: Bucket;
  readonly sides: Sides;
}

/**
 * The match in the seed's nearest region that has an even enough one, or one with bots when the seed has waited for
 * that. A starving seed lends its patience, and gets the most even match of all its regions.
 */
function matchAround(round: ProposalRound, seed: number, starving: boolean): FoundSides | undefined {
  const { pool } = round;
  const patience = patienceOf(pool, seed, starving);
  const limit = starving ? unfairnessUnseen : unfairnessLimit(pool.rules, pool.waitedMs[seed]!);
  let best: (FoundSides & Evened) | undefined;
  for (const bucket of bucketsFor(round, seed)) {
    const candidates = candidatesOf(pool, bucket, { seed, patience, forAllSeats: true });
    const full = candidates && evenest(pool, candidates);
    if (full && full.unfairness <= limit) return { bucket, sides: full.sides };
    if (full && full.unfairness < (best?.unfairness ?? Number.POSITIVE_INFINITY)) best = { bucket, ...full };
  }
  return starving && best ? best : matchWithBots(round, seed, starving);
}

/** The window that a seed lends to its candidates. */
function patienceOf(pool: Pool, seed: number, starving: boolean): number {
  return starving ? pool.window[seed]! : 0;
}

/** A match with bots in the bucket with the most players. */
function matchWithBots(round: ProposalRound, seed: number, starving: boolean): FoundSides | undefined {
  const { pool } = round;
  const { botsAfterSeconds, playersMin } = pool.rules;
  if (botsAfterSeconds === undefined || pool.waitedMs[seed]! < botsAfterSeconds * 1000) return undefined;
  let best: (FoundSides & { readonly players: number }) | undefined;
  for (const bucket of bucketsFor(round, seed)) {
    const candidates = someCandidates(pool, bucket, seed, patienceOf(pool, seed, starving));
    const sides = partLineUp(pool, candidates);
    const players = playersIn(pool, sides);
    if (players < playersMin || players <= (best?.players ?? 0)) continue;
    balance(pool, sides, candidates);
    best = { bucket, sides, players };
  }
  return best;
}

/** The candidates; only the seed when nobody else is there. */
function someCandidates(pool: Pool, bucket: Bucket, seed: number, patience: number): Candidates {
  return candidatesOf(pool, bucket, { seed, patience, forAllSeats: false }) ?? { rows: [seed], patience };
}

/** The buckets in which the seed could play: the region with its shortest round trip first. */
function bucketsFor({ pool, buckets }: ProposalRound, seed: number): Bucket[] {
  const { regions, modes } = pool.rules;
  const mode = pool.mode[seed]!;
  if (!modes) return regionsOf(pool, seed).map((region) => buckets[region]!);
  const wanted = mode < 0 ? modes.map((_, at) => at) : [mode];
  return regionsOf(pool, seed).flatMap((region) =>
    wanted.map((at) => buckets[at * regions.length + region]!),
  );
}

/** The regions that it accepts now, the shortest round trip first. */
function regionsOf(pool: Pool, row: number): number[] {
  const best = pool.bestRegion[row]!;
  const accepted = pool.regions[row]!;
  const found = [best];
  for (let region = 0; region < pool.rules.regions.length; region++)
    if (region !== best && ((accepted >>> region) & 1) === 1) found.push(region);
  if (found.length < 3) return found;
  const rank = (region: number) => (region === best ? -1 : roundTripMs(pool, row, region));
  return found.sort((a, b) => rank(a) - rank(b) || a - b);
}

/**
 * Keeps the players that a starving ticket has found for its match from younger tickets, while it waits for the rest.
 * Only the oldest of all may hold other starving tickets, or two could hold each other's players forever.
 */
function holdFor(round: ProposalRound, seed: number, isOldest: boolean): void {
  const { pool } = round;
  let held: number[] = [];
  for (const bucket of bucketsFor(round, seed)) {
    const candidates = someCandidates(pool, bucket, seed, patienceOf(pool, seed, true));
    const rows = partLineUp(pool, candidates).flat();
    if (playersOn(pool, rows) > playersOn(pool, held)) held = rows;
  }
  // The seed itself stays free: a running match, or the match of a younger ticket, may take it.
  for (const row of held)
    if (row !== seed && (isOldest || !isStarving(pool.rules, pool.waitedMs[row]!))) pool.gone[row] = 1;
}

function playersIn(pool: Pool, sides: Sides): number {
  return sides.reduce((sum, rows) => sum + playersOn(pool, rows), 0);
}

function playersOn({ size }: Pool, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + size[row]!, 0);
}

function proposalOf(pool: Pool, { bucket, sides }: FoundSides): Proposal {
  const { rules } = pool;
  const { roles } = rules;
  const mode = rules.modes?.[bucket.mode];
  const proposal: Proposal = {
    queue: rules.name,
    region: rules.regions[bucket.region]!,
    teams: sides.map((rows) => rows.map((row) => ticketOf(pool, row).id)),
    bots: sides.map((rows) => rules.teamSize - playersOn(pool, rows)),
    quality: qualityOf(pool, { bucket, sides }),
  };
  if (mode === undefined && !roles) return proposal;
  return {
    ...proposal,
    ...(mode === undefined ? {} : { mode }),
    ...(roles ? { roles: sides.map((rows) => rolesOfSide(pool, rows, roles)) } : {}),
  };
}

function rolesOfSide(pool: Pool, rows: readonly number[], seats: RoleSeats) {
  const players = rows.flatMap((row) => ticketOf(pool, row).players);
  const roles = rolesOf(players, seats) ?? [];
  return Object.fromEntries(players.map(({ userId }, at) => [userId, roles[at]!]));
}

function qualityOf(pool: Pool, { bucket, sides }: FoundSides): Proposal["quality"] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let latencyMsMax = 0;
  for (const rows of sides)
    for (const row of rows) {
      latencyMsMax = Math.max(latencyMsMax, roundTripMs(pool, row, bucket.region));
      if (pool.size[row] === 1) {
        lowest = Math.min(lowest, pool.rating[row]!);
        highest = Math.max(highest, pool.rating[row]!);
        continue;
      }
      for (const { rating } of ticketOf(pool, row).players) {
        lowest = Math.min(lowest, rating.mu);
        highest = Math.max(highest, rating.mu);
      }
    }
  const winProbability = favouriteChance(strengthsOf(pool, sides));
  return { ratingSpread: highest - lowest, latencyMsMax, winProbability };
}
