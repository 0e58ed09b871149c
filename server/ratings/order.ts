/**
 * What the order of some unknown numbers says about each of them: expectation propagation along the chain of neighbours
 * (Minka 2001; for skills Herbrich, Minka and Graepel, "TrueSkill", 2006). Pure.
 */
import { meanAbove } from "./normal.ts";

/**
 * What is known of a number, as a normal distribution. Written so that what two sources know adds up: `precision` is 1 /
 * variance, and `pull` is precision × mean. Precision 0: nothing is known.
 */
export interface Belief {
  readonly precision: number;
  readonly pull: number;
}

/** Two numbers need one sweep, sixteen some ten. */
const sweepsMax = 64;
const exactEnough = 1e-10;
/** However surprising an order is, a difference keeps this share of its variance. */
const varianceShareMin = 1e-9;

const nothingKnown: Belief = { precision: 0, pull: 0 };

export function together(...beliefs: readonly Belief[]): Belief {
  let precision = 0;
  let pull = 0;
  for (const belief of beliefs) {
    precision += belief.precision;
    pull += belief.pull;
  }
  return { precision, pull };
}

/** The same after noise of this variance was added to the number, or taken from it. */
export function blurred({ precision, pull }: Belief, variance: number): Belief {
  const share = 1 / (1 + precision * variance);
  return { precision: precision * share, pull: pull * share };
}

/**
 * @param numbers what is known of each alone, the largest first; each with some precision
 * @returns what their order adds for each
 */
export function saidByOrder(numbers: readonly Belief[]): Belief[] {
  /** What each number hears of the one after it, which is smaller, and of the one before it. */
  const fromAfter = numbers.map(() => nothingKnown);
  const fromBefore = numbers.map(() => nothingKnown);
  /** @returns by how much it changed what is known */
  const compare = (at: number): number => {
    const larger = together(numbers[at]!, fromBefore[at]!);
    const smaller = together(numbers[at + 1]!, fromAfter[at + 1]!);
    const said = ofDifference(larger, smaller);
    const before = [fromAfter[at]!, fromBefore[at + 1]!];
    // larger = smaller + difference; smaller = larger - difference.
    fromAfter[at] = sumOf(said, smaller);
    fromBefore[at + 1] = sumOf({ ...said, pull: -said.pull }, larger);
    return Math.max(change(before[0]!, fromAfter[at]!), change(before[1]!, fromBefore[at + 1]!));
  };
  for (let sweep = 0, changed = 1; sweep < sweepsMax && changed > exactEnough; sweep++) {
    changed = 0;
    for (let at = 0; at + 1 < numbers.length; at++) changed = Math.max(changed, compare(at));
    for (let at = numbers.length - 3; at >= 0; at--) changed = Math.max(changed, compare(at));
  }
  return numbers.map((_, at) => together(fromAfter[at]!, fromBefore[at]!));
}

/** What "larger - smaller is above 0" adds to what is known of that difference. */
function ofDifference(larger: Belief, smaller: Belief): Belief {
  const variance = 1 / larger.precision + 1 / smaller.precision;
  const mean = larger.pull / larger.precision - smaller.pull / smaller.precision;
  const spread = Math.sqrt(variance);
  const above = meanAbove(mean / spread);
  const lost = above * (above + mean / spread);
  const newVariance = variance * Math.max(1 - lost, varianceShareMin);
  const newMean = mean + spread * above;
  return {
    precision: Math.max(0, 1 / newVariance - 1 / variance),
    pull: newMean / newVariance - mean / variance,
  };
}

/** What is known of the sum of two numbers, of which the first may be unknown. */
function sumOf(one: Belief, other: Belief): Belief {
  const share = 1 / (1 + one.precision / other.precision);
  return {
    precision: one.precision * share,
    pull: (one.pull + (one.precision * other.pull) / other.precision) * share,
  };
}

function change(before: Belief, after: Belief): number {
  return Math.abs(before.precision - after.precision) + Math.abs(before.pull - after.pull);
}
