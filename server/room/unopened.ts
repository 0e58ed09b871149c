/**
 * Matches that slept and could not be opened here when they were woken. Each sleeps again, and is not tried again for a moment,
 * so that it neither takes a place among those that run nor costs a claim whenever somebody asks. It opens nothing.
 */
import type { UnixClock } from "../../shared/clock.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import type { RoomOpening } from "./restored-room.ts";

const againAfterMs = 1000;
/** By its own time one is woken this much later, so that it does not keep those from waking that are due after it. */
const dueAgainAfterMs = 60_000;
/** Beyond it the oldest is forgotten, and may be tried again. */
const sizeMax = 100;

export interface UnopenedParts {
  readonly store: Pick<Store, "sleep">;
  readonly nowMs: () => number;
  readonly unixMs: UnixClock;
  readonly log: (message: string, details: object) => void;
}

export class Unopened {
  readonly #parts: UnopenedParts;
  /** When each was tried, the latest last. */
  readonly #triedMs = new Map<string, number>();

  constructor(parts: UnopenedParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#triedMs.size;
  }

  /** Whether it was tried just now. */
  has(id: string): boolean {
    const triedMs = this.#triedMs.get(id);
    return triedMs !== undefined && this.#parts.nowMs() - triedMs < againAfterMs;
  }

  /**
   * @param entry as it slept
   * @param left why it has no room, and under which epoch it was claimed
   */
  async add({ id, asleep }: MatchEntry, { reason, epoch }: RoomOpening & { kind: "left" }): Promise<void> {
    const { store, nowMs, unixMs, log } = this.#parts;
    this.#triedMs.delete(id);
    this.#triedMs.set(id, nowMs());
    if (this.#triedMs.size > sizeMax) this.#triedMs.delete(this.#triedMs.keys().next().value!);
    log("a sleeping match was woken and could not be opened; it sleeps again", { match: id, reason });
    if (epoch === undefined || asleep === undefined) return;
    const { wakesAtMs } = asleep;
    const later = wakesAtMs !== undefined && {
      wakesAtMs: Math.max(wakesAtMs, unixMs() + dueAgainAfterMs),
    };
    try {
      // Under an older epoch the store refuses it: then another process has the match.
      await store.sleep({ id, epoch, asleep: { ...asleep, ...later } });
    } catch (error) {
      log("a match that could not be opened was not put to sleep; it is tried again at the next start", {
        ...{ match: id, error },
      });
    }
  }
}
