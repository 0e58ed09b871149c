/**
 * The most even of all ways to deal the groups of a match over two sides of equal size, by trying them all.
 * Given to the rules that we compare with, which have no rule of their own for it.
 */
import type { Format, Seated } from "./queue.ts";

/** @param groups stay together; at most 16 */
export function evenSides(groups: readonly (readonly Seated[])[], { teamSize }: Format): Seated[][] {
  const strength = groups.map((group) => group.reduce((sum, { player }) => sum + player.rating.mu, 0));
  const total = strength.reduce((sum, each) => sum + each, 0);
  let best = 0;
  let bestGap = Number.POSITIVE_INFINITY;
  // The first group is on the first side: the mirror image is the same match.
  for (let chosen = 1; chosen < 2 ** groups.length; chosen += 2) {
    let players = 0;
    let sum = 0;
    for (let at = 0; at < groups.length; at++) {
      if (((chosen >>> at) & 1) === 0) continue;
      players += groups[at]!.length;
      sum += strength[at]!;
    }
    const gap = Math.abs(total - 2 * sum);
    if (players === teamSize && gap < bestGap) {
      best = chosen;
      bestGap = gap;
    }
  }
  const side = (wanted: number) => groups.filter((_, at) => ((best >>> at) & 1) === wanted).flat();
  return [side(1), side(0)];
}
