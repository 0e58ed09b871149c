/**
 * Notices that a connection which looks open leads to a node that stands still: nothing comes, and the API says
 * that the match has a newer owner. Silence alone proves nothing: a frozen match is silent, too, and stays.
 */
import { type ApiAccess, fetchMatch } from "./api.ts";

/** A match sends many times a second. */
const silenceMsMax = 3_000;
const questionMsMax = 2_000;

export interface SilenceParts {
  readonly access: ApiAccess;
  readonly matchId: string;
  /** Of the owner this connection leads to; undefined while there is none. */
  readonly epoch: () => number | undefined;
  readonly now: () => number;
  readonly onMovedAway: () => void;
}

export class SilenceWatch {
  readonly #parts: SilenceParts;
  #heardAtMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(parts: SilenceParts) {
    this.#parts = parts;
    this.#heardAtMs = parts.now();
    this.#lookAfter(silenceMsMax);
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
    const leftMs = silenceMsMax - (this.#parts.now() - this.#heardAtMs);
    if (leftMs > 0) return this.#lookAfter(leftMs);
    const epoch = this.#parts.epoch();
    if (epoch !== undefined && (await this.#newestEpoch()) > epoch && this.#parts.epoch() === epoch) {
      if (!this.#closed) this.#parts.onMovedAway();
    }
    this.#lookAfter(silenceMsMax);
  }

  /** 0 when the API does not know: then the connection stays as it is. */
  async #newestEpoch(): Promise<number> {
    const { access, matchId } = this.#parts;
    const once = { ...access, attemptsMax: 1, timeoutMs: questionMsMax, pause: async () => undefined };
    return fetchMatch(once, matchId).then(
      ({ epoch }) => epoch,
      () => 0,
    );
  }
}
