/**
 * Notices that a connection which looks open leads to a node that stands still: nothing comes, and the API says
 * that the match has a newer owner. Silence alone proves nothing: a frozen match is silent, too, and stays. So it
 * asks early, while it goes on listening, and the API keeps the question until there is an answer: who asked knows
 * it in the moment in which the match has its new owner.
 */
import { type ApiAccess, fetchMatch } from "./api.ts";

/** A match sends many times a second. Less than any lease, so that the question is there before its answer. */
const silenceMsMin = 1_000;
/** The players of one node fall silent in the same moment: their questions come spread over this. */
const spreadMs = 500;
/** Of one question: the API keeps it for 3 s. */
const questionMsMax = 6_000;
/** Between two questions, for an API that answers at once that it knows nothing new. */
const pauseMs = 500;

export interface SilenceParts {
  readonly access: ApiAccess;
  readonly matchId: string;
  /** Of the owner this connection leads to; undefined while there is none. */
  readonly epoch: () => number | undefined;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly chance: () => number;
  readonly onMovedAway: () => void;
}

export class SilenceWatch {
  readonly #parts: SilenceParts;
  readonly #silenceMsMax: number;
  #heardAtMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(parts: SilenceParts) {
    this.#parts = parts;
    this.#silenceMsMax = silenceMsMin + spreadMs * parts.chance();
    this.#heardAtMs = parts.now();
    this.#lookAfter(this.#silenceMsMax);
  }

  heard(): void {
    this.#heardAtMs = this.#parts.now();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #lookAfter(ms: number): void {
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const leftMs = this.#silenceMsMax - (this.#parts.now() - this.#heardAtMs);
    if (leftMs > 0) return this.#lookAfter(leftMs);
    const epoch = this.#parts.epoch();
    if (epoch !== undefined && (await this.#newestEpoch(epoch)) > epoch && this.#parts.epoch() === epoch) {
      if (!this.#closed) this.#parts.onMovedAway();
    }
    this.#lookAfter(pauseMs * (0.5 + 0.5 * this.#parts.chance()));
  }

  /** 0 when the API does not know: then the connection stays as it is. */
  async #newestEpoch(afterEpoch: number): Promise<number> {
    const { access, matchId } = this.#parts;
    const once = { ...access, attemptsMax: 1, timeoutMs: questionMsMax, pause: async () => undefined };
    return fetchMatch(once, matchId, { afterEpoch }).then(
      ({ epoch }) => epoch,
      () => 0,
    );
  }
}
