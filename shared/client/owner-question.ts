/**
 * Asks the API whether a match has a newer owner than the one a connection leads to, while that one is silent.
 * The API holds the request until it has an answer (long polling), so the client learns of a new owner at once.
 * It makes one request at a time, with growing pauses.
 */
import { type ApiAccess, fetchMatch } from "./api.ts";

/** Limit of one request: the API holds it for 3 s. */
const questionMsMax = 6_000;
/** Pause between two requests when the API answers "nothing new" at once. Doubles up to `pauseMsMax`. */
const pauseMsMin = 500;
const pauseMsMax = 8_000;

export interface OwnerParts {
  readonly access: ApiAccess;
  readonly matchId: string;
  /** Epoch of the owner that was known last; undefined while there is nothing to ask. */
  readonly epoch: () => number | undefined;
  /** From 0 to 1. */
  readonly chance: () => number;
  readonly onNewer: () => void;
}

export class OwnerQuestion {
  readonly #parts: OwnerParts;
  /** Aborts the requests; undefined while there are none. */
  #asking: AbortController | undefined;

  constructor(parts: OwnerParts) {
    this.#parts = parts;
  }

  /** Asks until there is a newer owner, or until `stop`. */
  start(): void {
    if (this.#asking) return;
    const asking = new AbortController();
    this.#asking = asking;
    void this.#askOn(asking.signal).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
  }

  stop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
  }

  async #askOn(signal: AbortSignal): Promise<void> {
    const { epoch, chance, onNewer } = this.#parts;
    for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMsMax, 2 * pauseMs)) {
      const known = epoch();
      if (known === undefined) return;
      const newest = await this.#newestEpoch(known, signal);
      if (signal.aborted) return;
      if (newest > known && epoch() === known) return onNewer();
      await pause(pauseMs * (0.5 + 0.5 * chance()), signal);
      if (signal.aborted) return;
    }
  }

  /** 0 when the API does not know; the connection then stays as it is. */
  async #newestEpoch(afterEpoch: number, signal: AbortSignal): Promise<number> {
    const { access, matchId } = this.#parts;
    const once = { ...access, attemptsMax: 1, timeoutMs: questionMsMax, pause: async () => undefined };
    return fetchMatch(once, matchId, { afterEpoch }, signal).then(
      ({ epoch }) => epoch,
      () => 0,
    );
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resume();
    }
  });
}
