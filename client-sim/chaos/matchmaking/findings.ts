/** The kinds of wrongs with their counts, and each case in words. */

/**
 * ticketsLost: vanished, hung, cancelled by nobody, expired too early. assignedTwice: a ticket with two ends, a key
 * with two tickets, a player in two matches at once. partiesSplit: one ticket in two places, or two players in one.
 * ratingsTwice, ratingsLost: a match counts for a player more often, or less often, than they played it. refused: an
 * unexpected refusal, a seat that was not there, a match that did not end.
 */
export const wrongs = [
  "ticketsLost",
  "assignedTwice",
  "partiesSplit",
  "ratingsTwice",
  "ratingsLost",
  "refused",
] as const;

export type Wrong = (typeof wrongs)[number];
export type WrongCounts = Readonly<Record<Wrong, number>>;

export class Findings {
  readonly texts: string[] = [];
  readonly #counts: Record<Wrong, number>;

  constructor() {
    this.#counts = Object.fromEntries(wrongs.map((wrong) => [wrong, 0])) as Record<Wrong, number>;
  }

  get counts(): WrongCounts {
    return { ...this.#counts };
  }

  add(wrong: Wrong, text: string, times = 1): void {
    this.#counts[wrong] += times;
    this.texts.push(`${wrong}: ${text}`);
  }
}
