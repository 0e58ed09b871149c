/**
 * How long to wait before the next reconnect attempt. Short at first, because a match is restored within some
 * hundred milliseconds and a refused attempt costs next to nothing; then longer and longer. Spread by
 * chance, so that the players of a dead server do not come back as one wave.
 */
const quickAttempts = 10;
const slowMsMax = 3_000;

/** After a planned move the match is open already: this only spreads the players over a few milliseconds. */
const movedMsMax = 20;

/** 10 quick attempts (about 2 s) + 5 growing ones (about 6 s) + the rest at 3 s: about 80 s in all. */
export const reconnectAttemptsMax = 40;

/**
 * @param attempt from 1
 * @param chance from 0 to 1
 * @param moved the server said that the match goes on elsewhere
 */
export function reconnectDelayMs(attempt: number, chance: number, moved = false): number {
  if (moved && attempt === 1) return movedMsMax * chance;
  if (attempt <= quickAttempts) return 100 + 150 * chance;
  const longestMs = Math.min(slowMsMax, 250 * 1.6 ** (attempt - quickAttempts));
  return longestMs * (0.5 + 0.5 * chance);
}
