/** What levels of bots are worth against each other: a rating for each, by the model that rates players. Pure. */
import { type LevelName, levelNames } from "../../../client-sim/bots/skill.ts";
import { newRating, type Rating, rated } from "../../../server/ratings/rating.ts";
import type { Outcome } from "../../../shared/game/game.ts";

export class Ladder {
  readonly #ratings = new Map<LevelName, Rating>(levelNames.map((name) => [name, newRating()]));

  /** @param levels by seat. Seats of one level count as one, by the mean of what they are changed by. */
  add(levels: readonly LevelName[], outcome: Outcome | undefined): void {
    if (outcome === undefined) return;
    const seats = outcome.ranking.flatMap((sharing, place) =>
      sharing.map((seat) => ({ seat, rank: place + 1 })),
    );
    if (seats.length < 2) return;
    const after = rated(seats.map(({ seat, rank }) => ({ rank, players: [this.of(levels[seat]!)] })));
    for (const level of new Set(levels)) {
      const its = after.flatMap(([rating], index) => (levels[seats[index]!.seat] === level ? [rating!] : []));
      const mean = (of: (rating: Rating) => number) =>
        its.reduce((sum, each) => sum + of(each), 0) / its.length;
      if (its.length > 0)
        this.#ratings.set(level, { mu: mean(({ mu }) => mu), sigma: mean(({ sigma }) => sigma) });
    }
  }

  of(level: LevelName): Rating {
    return this.#ratings.get(level)!;
  }

  /** The strongest first. */
  get standings(): readonly ({ readonly level: LevelName } & Rating)[] {
    return [...this.#ratings].map(([level, rating]) => ({ level, ...rating })).sort((a, b) => b.mu - a.mu);
  }

  /** Whether each level is worth more than the one below it. */
  get isInOrder(): boolean {
    return this.standings.every(({ level }, at) => level === levelNames.at(-1 - at));
  }
}
