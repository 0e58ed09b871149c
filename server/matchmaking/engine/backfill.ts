/**
 * Gives the free seats of running matches to tickets that allow it: the match that asked first is served first, and
 * each seat goes to the ticket that makes the match most even. It marks placed tickets in the pool and starts
 * nothing.
 */

import { newRating } from "../../ratings/rating.ts";
import { type Bucket, positionOf, walkOutwards } from "./bucket.ts";
import { type Strength, unfairnessOf } from "./fairness.ts";
import { type Pool, ticketOf } from "./pool.ts";
import { rolesOf } from "./roles.ts";
import type { OpenSeats, TicketPlayer } from "./ticket.ts";

/** Neighbours that are looked at for one seat. */
const looksMax = 64;

/** One ticket for a side of a running match. */
export interface Backfill {
  readonly matchId: string;
  readonly team: number;
  readonly ticketId: string;
}

interface Choice {
  readonly row: number;
  readonly team: number;
  readonly unfairness: number;
  readonly distance: number;
}

interface Team {
  free: number;
  readonly players: TicketPlayer[];
}

export function backfillsOf(pool: Pool, buckets: readonly Bucket[], open: readonly OpenSeats[]): Backfill[] {
  const asked = open.filter(({ queue }) => queue === pool.rules.name).sort(askedFirst);
  return asked.flatMap((match) => {
    const bucket = buckets.find((each) => isHome(pool, each, match));
    return bucket ? seatsFilled(pool, bucket, match) : [];
  });
}

function askedFirst(a: OpenSeats, b: OpenSeats): number {
  return a.askedAtMs - b.askedAtMs || (a.matchId < b.matchId ? -1 : 1);
}

function isHome({ rules }: Pool, { region, mode }: Bucket, match: OpenSeats): boolean {
  return rules.regions[region] === match.region && (mode < 0 || rules.modes?.[mode] === match.mode);
}

function seatsFilled(pool: Pool, bucket: Bucket, match: OpenSeats): Backfill[] {
  const teams: Team[] = match.teams.map(({ free, players }) => ({ free, players: [...players] }));
  const filled: Backfill[] = [];
  while (teams.some(({ free }) => free > 0)) {
    const choice = bestChoice(pool, bucket, teams);
    if (!choice) break;
    const ticket = ticketOf(pool, choice.row);
    const team = teams[choice.team]!;
    team.free -= ticket.players.length;
    team.players.push(...ticket.players);
    pool.gone[choice.row] = 1;
    filled.push({ matchId: match.matchId, team: choice.team, ticketId: ticket.id });
  }
  return filled;
}

/** A ticket's window must hold the mean of the match; a match without players has no mean, and takes anyone. */
function bestChoice(pool: Pool, bucket: Bucket, teams: readonly Team[]): Choice | undefined {
  const { rules } = pool;
  const playing = teams.flatMap(({ players }) => players);
  const hasMean = playing.length > 0;
  const mean = hasMean ? meanOf(playing).mu : newRating().mu;
  let best: Choice | undefined;
  let looksLeft = looksMax;
  const start = positionOf(bucket, pool, mean);
  walkOutwards(bucket, pool, { centre: mean, start }, (row, distance) => {
    if (looksLeft-- === 0 || (hasMean && distance > rules.ratingWindow.max)) return false;
    const ticket = ticketOf(pool, row);
    if (!ticket.backfill || (hasMean && distance > pool.window[row]!)) return true;
    for (let team = 0; team < teams.length; team++) {
      if (!hasRoom(pool, teams[team]!, row)) continue;
      const choice = { row, team, distance, unfairness: unfairnessWith(teams, team, ticket.players) };
      if (!best || isBetter(pool, choice, best)) best = choice;
    }
    return true;
  });
  return best;
}

function hasRoom(pool: Pool, team: Team, row: number): boolean {
  if (pool.size[row]! > team.free) return false;
  const { roles } = pool.rules;
  return !roles || rolesOf([...team.players, ...ticketOf(pool, row).players], roles) !== undefined;
}

/** Starving tickets come first, then the ticket that makes the match most even, then the nearest. */
function isBetter({ rules, waitedMs }: Pool, one: Choice, other: Choice): boolean {
  const starvingMs = rules.starvationSeconds * 1000;
  const oneWaited = waitedMs[one.row]!;
  const otherWaited = waitedMs[other.row]!;
  if (oneWaited !== otherWaited && Math.max(oneWaited, otherWaited) >= starvingMs)
    return oneWaited > otherWaited;
  if (one.unfairness !== other.unfairness) return one.unfairness < other.unfairness;
  return one.distance < other.distance;
}

/** Empty seats count as players of the match's mean, as in a new match. */
function unfairnessWith(teams: readonly Team[], at: number, joining: readonly TicketPlayer[]): number {
  const all = meanOf([...teams.flatMap(({ players }) => players), ...joining]);
  const strengths = teams.map(({ free, players }, team): Strength => {
    const own = team === at ? [...players, ...joining] : players;
    const empty = team === at ? free - joining.length : free;
    const sum = sumOf(own);
    return { mu: sum.mu + empty * all.mu, variance: sum.variance + empty * all.variance };
  });
  return unfairnessOf(strengths);
}

function sumOf(players: readonly TicketPlayer[]): Strength {
  let mu = 0;
  let variance = 0;
  for (const { rating } of players) {
    mu += rating.mu;
    variance += rating.sigma * rating.sigma;
  }
  return { mu, variance };
}

function meanOf(players: readonly TicketPlayer[]): Strength {
  const { mu, variance } = sumOf(players);
  const count = Math.max(1, players.length);
  return { mu: mu / count, variance: variance / count };
}
