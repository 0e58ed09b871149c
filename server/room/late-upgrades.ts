/**
 * Upgrades that wait for their match to wake: of one client only the newest is let in. A client that gave a slow attempt up
 * and tries again would otherwise lose its seat to the attempt that nobody is behind any more. It accepts nothing itself.
 */

export class LateUpgrades {
  /** The newest that waits, by client. */
  readonly #waiting = new Map<string, symbol>();

  /** @returns whether it still is the newest of its client when the wait is over; to be asked once */
  waits(client: string): () => boolean {
    const mine = Symbol();
    this.#waiting.set(client, mine);
    return () => {
      const isNewest = this.#waiting.get(client) === mine;
      if (isNewest) this.#waiting.delete(client);
      return isNewest;
    };
  }

  /** One of the client's did not have to wait: those that do are older. */
  accepted(client: string): void {
    this.#waiting.delete(client);
  }
}
