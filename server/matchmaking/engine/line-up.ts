/**
 * Seats candidates on the sides of a match: whole tickets, exact sizes, roles, and windows that all hold each other.
 * Nearest first, with backtracking out of dead ends; balance.ts decides who plays against whom.
 */
import { type Candidates, emptySpan, type RatingSpan, spanWith } from "./candidates.ts";
import { type Pool, ticketOf } from "./pool.ts";
import { rolesOf } from "./roles.ts";

/** Rows of the pool, one list per side. */
export type Sides = number[][];

/** Trials per search: enough for parties of all sizes, and an end where there is no answer. */
const trialsMax = 600;

interface LineUpSearch {
  readonly pool: Pool;
  readonly candidates: Candidates;
  readonly sides: Sides;
  /** By position among the candidates; missing means not used. */
  readonly used: boolean[];
  readonly isEnough: (sides: Sides) => boolean;
  trialsLeft: number;
  shown: number;
}

/**
 * Shows line-ups with all seats taken and the seed on the first side, until one is enough or the search is over.
 * @param isEnough gets the sides to look at; they change afterwards, so it must copy what it keeps
 */
export function fullLineUps(pool: Pool, candidates: Candidates, isEnough: (sides: Sides) => boolean): void {
  const { teams, teamSize } = pool.rules;
  const sides = emptySides(teams);
  const used: boolean[] = [];
  const search: LineUpSearch = { pool, candidates, sides, used, isEnough, trialsLeft: trialsMax, shown: 0 };
  fill(search, { side: 0, room: teamSize, from: 0, span: emptySpan });
}

/** Array.from alone takes as long as the whole search of a seed that finds nothing. */
function emptySides(teams: number): Sides {
  const sides: Sides = [];
  while (sides.length < teams) sides.push([]);
  return sides;
}

interface FillStep {
  readonly side: number;
  /** Free seats of the side. */
  readonly room: number;
  /** Candidates before this one were already tried on this side, in this combination. */
  readonly from: number;
  readonly span: RatingSpan;
}

function fill(search: LineUpSearch, { side, room, from, span }: FillStep): boolean {
  const { pool, candidates, sides, used } = search;
  const { teams, teamSize } = pool.rules;
  if (room === 0 && side + 1 === teams) {
    search.shown += 1;
    return search.isEnough(sides);
  }
  if (room === 0) return fill(search, { side: side + 1, room: teamSize, from: 1, span });
  /** Ticket sizes that led to a line-up here: balance.ts exchanges tickets of one size. */
  let sizesShown: Set<number> | undefined;
  for (let at = from; at < candidates.rows.length; at++) {
    if (used[at]) continue;
    if (search.trialsLeft-- <= 0) return false;
    const row = candidates.rows[at]!;
    const size = pool.size[row]!;
    if (size > room || sizesShown?.has(size)) continue;
    const wider = spanWith(span, pool, row, candidates.patience);
    if (!wider || !haveRoles(pool, sides[side]!, row)) continue;
    used[at] = true;
    sides[side]!.push(row);
    const { shown } = search;
    if (fill(search, { side, room: room - size, from: at + 1, span: wider })) return true;
    if (search.shown > shown) {
      sizesShown ??= new Set();
      sizesShown.add(size);
    }
    sides[side]!.pop();
    used[at] = false;
    // Another first ticket would leave the seed out.
    if (at === 0) return false;
  }
  return false;
}

/** Seats as many as possible, nearest first, each on the side with the most room; the other seats stay empty. */
export function partLineUp(pool: Pool, candidates: Candidates): Sides {
  const { teams, teamSize } = pool.rules;
  const sides = emptySides(teams);
  const room = new Array<number>(teams).fill(teamSize);
  let span = emptySpan;
  for (const row of candidates.rows) {
    const wider = spanWith(span, pool, row, candidates.patience);
    if (!wider) continue;
    const size = pool.size[row]!;
    const side = room.reduce(
      (best, free, at) => (free > (room[best] ?? size - 1) && haveRoles(pool, sides[at]!, row) ? at : best),
      -1,
    );
    if (side < 0) continue;
    sides[side]!.push(row);
    room[side]! -= size;
    span = wider;
  }
  return sides;
}

/** Whether these tickets can share a side, with one more if given. */
export function haveRoles(pool: Pool, side: readonly number[], row?: number): boolean {
  const { roles } = pool.rules;
  if (!roles) return true;
  const rows = row === undefined ? side : [...side, row];
  if (!haveSeats(pool, rows)) return false;
  const players = rows.flatMap((each) => ticketOf(pool, each).players);
  return rolesOf(players, roles) !== undefined;
}

/**
 * Whether every group of players who share their roles has enough seats: without that there is no solution, with it
 * there nearly always is one. A few integer operations replace a search that most trials would make in vain.
 */
function haveSeats({ roles, size, roleSeats }: Pool, rows: readonly number[]): boolean {
  for (const row of rows) {
    const willing = roles[row]!;
    let seats = 0;
    for (let role = 0; role < roleSeats.length; role++)
      if (((willing >>> role) & 1) === 1) seats += roleSeats[role]!;
    for (const other of rows) if ((roles[other]! & ~willing) === 0) seats -= size[other]!;
    if (seats < 0) return false;
  }
  return true;
}
