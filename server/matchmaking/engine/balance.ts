/**
 * Looks for the most even match: each way to fill the sides is improved by exchanging tickets of one size, between
 * the sides or with candidates left over. It finds a local optimum, not always the best of all, and keeps windows,
 * roles and the seed.
 */
import { areMutual, type Candidates } from "./candidates.ts";
import { strengthsOf, unfairnessOf } from "./fairness.ts";
import { fullLineUps, haveRoles, type Sides } from "./line-up.ts";
import { muSumOf, type Pool } from "./pool.ts";

/** Below it players notice no difference, so nothing better is searched for. */
export const unfairnessUnseen = 0.01;
/** Line-ups for one seed: one per way to make sides of parties, of which there are rarely many. */
const lineUpsMax = 24;
/** Exchanges for one line-up. Each makes it more even; most need three. */
const exchangesMax = 32;
/** In mu squared; less is rounding. */
const gainMin = 1e-9;

interface Exchange {
  /** Side and place of the ticket that leaves. */
  readonly from: readonly [number, number];
  /** Side and place of the ticket that comes, or the position of a candidate left over. */
  readonly to: readonly [number, number] | number;
  /** How it changes the spread of the sides' strengths; below 0 is better. */
  readonly cost: number;
}

export interface Evened {
  readonly sides: Sides;
  readonly unfairness: number;
}

/** The most even full line-up that was found; undefined when there is none. */
export function evenest(pool: Pool, candidates: Candidates): Evened | undefined {
  let best: Evened | undefined;
  let left = lineUpsMax;
  fullLineUps(pool, candidates, (found) => {
    const sides = found.map((side) => [...side]);
    const unfairness = balance(pool, sides, candidates);
    if (!best || unfairness < best.unfairness) best = { sides, unfairness };
    left -= 1;
    return best.unfairness <= unfairnessUnseen || left === 0;
  });
  return best;
}

/** Changes `sides` in place. @returns its unfairness then */
export function balance(pool: Pool, sides: Sides, candidates: Candidates): number {
  if (sides.length > 1) {
    descend(pool, sides, candidates, exchangesBetween);
    if (unfairnessOf(strengthsOf(pool, sides)) > unfairnessUnseen)
      descend(pool, sides, candidates, exchangesOfAll);
  }
  return unfairnessOf(strengthsOf(pool, sides));
}

type Finder = (pool: Pool, sides: Sides, candidates: Candidates) => Exchange[];

function descend(pool: Pool, sides: Sides, candidates: Candidates, find: Finder): void {
  for (let left = exchangesMax; left > 0; left--) {
    const exchanges = find(pool, sides, candidates).sort((a, b) => a.cost - b.cost);
    if (!exchanges.some((exchange) => tryExchange(pool, sides, candidates.patience, exchange))) return;
  }
}

const exchangesOfAll: Finder = (pool, sides, candidates) => [
  ...exchangesBetween(pool, sides),
  ...exchangesWithRest(pool, sides, candidates),
];

/** With d more mu on side a and d less on b, the sum of squares changes by 2d(a - b + d). */
function exchangesBetween(pool: Pool, sides: Sides): Exchange[] {
  if (pool.rules.teamSize === 1) return [];
  const strengths = strengthsOf(pool, sides);
  const found: Exchange[] = [];
  for (let a = 0; a < sides.length; a++)
    for (let b = a + 1; b < sides.length; b++) {
      const lead = strengths[a]!.mu - strengths[b]!.mu;
      for (const [i, row] of sides[a]!.entries())
        for (const [j, other] of sides[b]!.entries()) {
          if (pool.size[row] !== pool.size[other]) continue;
          const more = muSumOf(pool, other) - muSumOf(pool, row);
          const cost = 2 * more * (lead + more);
          if (cost < -gainMin) found.push({ from: [a, i], to: [b, j], cost });
        }
    }
  return found;
}

/** With d more mu on side a of n, the sum of squares about the mean changes by 2d(a - mean) + d²(1 - 1/n). */
function exchangesWithRest(pool: Pool, sides: Sides, { rows }: Candidates): Exchange[] {
  const seed = rows[0];
  const playing = new Set(sides.flat());
  const rest = rows.filter((row) => !playing.has(row));
  const strengths = strengthsOf(pool, sides);
  const mean = strengths.reduce((sum, { mu }) => sum + mu, 0) / sides.length;
  const found: Exchange[] = [];
  for (const [a, side] of sides.entries())
    for (const [i, row] of side.entries())
      for (const other of rest) {
        if (row === seed || pool.size[row] !== pool.size[other]) continue;
        const more = muSumOf(pool, other) - muSumOf(pool, row);
        const cost = 2 * more * (strengths[a]!.mu - mean) + more * more * (1 - 1 / sides.length);
        if (cost < -gainMin) found.push({ from: [a, i], to: other, cost });
      }
  return found;
}

/** Makes the exchange; undoes it when it breaks roles or windows. */
function tryExchange(pool: Pool, sides: Sides, patience: number, { from, to }: Exchange): boolean {
  const [a, i] = from;
  const row = sides[a]![i]!;
  if (typeof to === "number") {
    sides[a]![i] = to;
    if (haveRoles(pool, sides[a]!) && areMutual(pool, sides.flat(), patience)) return true;
    sides[a]![i] = row;
    return false;
  }
  const [b, j] = to;
  const other = sides[b]![j]!;
  sides[a]![i] = other;
  sides[b]![j] = row;
  if (haveRoles(pool, sides[a]!) && haveRoles(pool, sides[b]!)) return true;
  sides[a]![i] = row;
  sides[b]![j] = other;
  return false;
}
