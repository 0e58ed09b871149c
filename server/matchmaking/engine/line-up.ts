/**
 * Seats candidates on the sides of a match: whole tickets, exact sizes, roles, windows that all hold each other.
 * Nearest first, with a way back out of dead ends; who plays against whom best is decided in balance.ts.
 */
import { type Candidates, emptySpan, type RatingSpan, spanWith } from "./candidates.ts";
import { type Pool, ticketOf } from "./pool.ts";
import { rolesOf } from "./roles.ts";

/** Rows of the pool, one list for each side. */
export type Sides = number[][];

/** Of one search: enough for parties of all sizes, and an end where there is no answer. */
const trialsMax = 600;

interface LineUpSearch {
  readonly pool: Pool;
  readonly candidates: Candidates;
  readonly sides: Sides;
  /** By position among the candidates; left out: not used. */
  readonly used: boolean[];
  readonly isEnough: (sides: Sides) => boolean;
  trialsLeft: number;
  shown: number;
}

/**
 * Shows line-ups with all seats taken, the seed on the first side, until one is enough or the search is over.
 * @param isEnough gets the sides to look at; they go on changing, so what is kept must be copied
 */
export function fullLineUps(pool: Pool, candidates: Candidates, isEnough: (sides: Sides) => boolean): void {
  const { teams, teamSize } = pool.rules;
  const sides = emptySides(teams);
  const used: boolean[] = [];
  const search: LineUpSearch = { pool, candidates, sides, used, isEnough, trialsLeft: trialsMax, shown: 0 };
  fill(search, { side: 0, room: teamSize, from: 0, span: emptySpan });
}

/** Array.from takes as long for it as the whole search of a seed that finds nothing. */
function emptySides(teams: number): Sides {
  const sides: Sides = [];
  while (sides.length < teams) sides.push([]);
  return sides;
}

interface FillStep {
  readonly side: number;
  /** Seats that the side has left. */
  readonly room: number;
  /** Candidates before this one were tried on this side, in this combination. */
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
  /** Sizes that led to a line-up here: to exchange one for another of its size is the work of balance.ts. */
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

/** As many as find a seat, the nearest first, each on the side with the most room; the rest stays empty. */
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

/** Whether these can share a side, with one more if given. */
export function haveRoles(pool: Pool, side: readonly number[], row?: number): boolean {
  const { roles } = pool.rules;
  if (!roles) return true;
  const rows = row === undefined ? side : [...side, row];
  if (!haveSeats(pool, rows)) return false;
  const players = rows.flatMap((each) => ticketOf(pool, each).players);
  return rolesOf(players, roles) !== undefined;
}

/**
 * Whether those who share their roles have as many seats as players: without it there is no way, with it there
 * nearly always is one. A few whole numbers instead of a search that most trials would make in vain.
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
