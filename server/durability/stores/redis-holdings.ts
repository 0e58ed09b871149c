/**
 * What this store was told about the matches it claimed: the epoch, and the newest tick acknowledged under it. Redis
 * may lose data; the scripts compare. A match that was lost to another node stays here until it is listed as over:
 * without this entry, a late write would pass for that of a writer without history.
 */
interface Holding {
  readonly epoch: number;
  tick: number;
  /** Redis lost data since a record of this match was last acknowledged: check whether it has them all. */
  doubtful: boolean;
}

type Write = { readonly id: string; readonly epoch: number };

export class Holdings {
  readonly #writer: string;
  readonly #byMatch = new Map<string, Holding>();

  /** @param writer the name under which this store claims */
  constructor(writer: string) {
    this.#writer = writer;
  }

  /** Adds a created or claimed match. */
  take(id: string, epoch: number): void {
    this.#byMatch.set(id, { epoch, tick: 0, doubtful: false });
  }

  /** The writer's name if it claimed this epoch, otherwise "". */
  writerOf(write: Write): string {
    return this.#of(write) ? this.#writer : "";
  }

  /** The newest acknowledged tick, 0 when there is none. */
  tickOf(write: Write): number {
    return this.#of(write)?.tick ?? 0;
  }

  isDoubtful(write: Write): boolean {
    return this.#of(write)?.doubtful ?? false;
  }

  doubtAll(): void {
    for (const holding of this.#byMatch.values()) holding.doubtful = true;
  }

  acknowledgeRecord(write: Write & { readonly tick: number }): void {
    this.acknowledgeSnapshot(write);
    const holding = this.#of(write);
    if (holding) holding.doubtful = false;
  }

  /** A doubt stays: only the answer to a record shows that Redis still has the snapshot. */
  acknowledgeSnapshot(write: Write & { readonly tick: number }): void {
    const holding = this.#of(write);
    if (holding && write.tick > holding.tick) holding.tick = write.tick;
  }

  drop(id: string): void {
    this.#byMatch.delete(id);
  }

  #of({ id, epoch }: Write): Holding | undefined {
    const holding = this.#byMatch.get(id);
    return holding?.epoch === epoch ? holding : undefined;
  }
}
