/** Which known word was probably meant by one that nobody knows: for messages about flags and about parts of games. Pure. */

/** The known word with the fewest changes; undefined when none is near enough. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const by = known.map((each) => ({ each, changes: changesBetween(word, each) }));
  const best = by.sort((a, b) => a.changes - b.changes)[0];
  return best !== undefined && best.changes <= Math.max(1, Math.floor(word.length / 3))
    ? best.each
    : undefined;
}

/** Letters to change, add, leave out or swap with the next: Levenshtein's distance with Damerau's swaps. */
function changesBetween(one: string, other: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwap ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change, swapped));
    }
    before = row;
    row = next;
  }
  return row.at(-1)!;
}
