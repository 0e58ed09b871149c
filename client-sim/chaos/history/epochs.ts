/** Receives the epochs that players learn of their matches. */
export interface EpochsSeen {
  /** A welcome named this epoch. */
  saw(matchId: string, epoch: number): void;
}

/**
 * The epoch of each match in the one process of a server, as far as the players can tell. Every process claims
 * every running match before it accepts players, so an epoch grows by one with every kill. One welcome is therefore
 * enough to know it from then on.
 */
export class Epochs implements EpochsSeen {
  /** Epoch minus the kills before it was seen. A welcome that is read late makes it too small, so the largest counts. */
  readonly #atStart = new Map<string, number>();
  #kills = 0;

  saw(matchId: string, epoch: number): void {
    const atStart = this.#atStart.get(matchId) ?? Number.NEGATIVE_INFINITY;
    this.#atStart.set(matchId, Math.max(atStart, epoch - this.#kills));
  }

  /** The epoch of the match now. A patch under a higher one is from a later process. */
  of(matchId: string): number {
    return (this.#atStart.get(matchId) ?? 0) + this.#kills;
  }

  /** Call after the recorders were told of the kill. */
  killed(): void {
    this.#kills += 1;
  }
}
