/**
 * Asks the API whether a match has a newer owner than the one that a connection leads to, for as long as that one
 * is silent. The API keeps the question until there is an answer: who asked knows it in the moment in which the
 * match has its new owner. It asks one question at a time, with pauses that grow.
 */
import { type ApiAccess, fetchMatch } from "./api.ts";

/** Of one question: the API keeps it for 3 s. */
const questionMsMax = 6_000;
/** Between two questions, for an API that answers at once that it knows nothing new. Doubles up to the second. */
const pauseMsMin = 500;
const pauseMsMax = 8_000;

export interface OwnerParts {
  readonly access: ApiAccess;
  readonly matchId: string;
  /** Of the owner that was known last; undefined while there is nothing to ask. */
  readonly epoch: () => number | undefined;
  /** From 0 to 1. */
  readonly chance: () => number;
  readonly onNewer: () => void;
}

export class OwnerQuestion {
  readonly #parts: OwnerParts;
  /** Of the questions that are being asked; undefined while none are. */
  #asking: AbortController | undefined;

  constructor(parts: OwnerParts) {
    this.#parts = parts;
  }

  /** Until there is a newer owner, or `stop`. */
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

  /** 0 when the API does not know: then the connection stays as it is. */
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
