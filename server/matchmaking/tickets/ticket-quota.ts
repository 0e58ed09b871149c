/**
 * How many tickets of one address may wait at the same time, so that nobody fills a queue with players who are none.
 * It counts what the directors of this process follow anyway, all instances' tickets, and what was let in here a
 * moment ago; instances do not ask each other, so together they may let in a few more. An IPv6 caller is counted by
 * their /64, and by the /48 of a site, which may have more of them.
 */
import type { SteadyClock, SteadyMs } from "../../../shared/clock.ts";
import { addressRange } from "../../net/address-range.ts";

/** Of a /48, of what an address may have. */
const siteFactor = 4;
/** Until then a ticket is in the queue's feed, and has been read. */
const unseenMs = 1000;
const retryAfterMs = 5000;
/** Ranges with tickets of the last second: those that ask more are many. */
const recentRangesMax = 100_000;

export type QuotaResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: "ticket/too-many";
      readonly detail: string;
      readonly retryAfterMs: number;
    };

/** As a ticket remembers where it came from: the smallest range first. */
export function rangesOfCaller(address: string | undefined): readonly string[] {
  const own = address === undefined ? undefined : addressRange(address);
  if (own === undefined) return [];
  if (!own.endsWith("/64")) return [own];
  return [own, addressRange(`${own.slice(0, -3)}/48`)!];
}

export class TicketQuota {
  readonly #perAddressMax: number;
  readonly #steadyMs: SteadyClock;
  readonly #recent = new Map<string, number[]>();
  #waitingFrom: (range: string) => number = () => 0;

  /** @param options `perAddressMax` 0: no limit */
  constructor({ perAddressMax, steadyMs }: { perAddressMax: number; steadyMs: SteadyClock }) {
    this.#perAddressMax = perAddressMax;
    this.#steadyMs = steadyMs;
  }

  /** Tells it how many wait. */
  follow(waitingFrom: (range: string) => number): void {
    this.#waitingFrom = waitingFrom;
  }

  /** Counts one more, or refuses it. */
  admit(from: readonly string[]): QuotaResult {
    if (this.#perAddressMax === 0) return { ok: true };
    const nowMs = this.#steadyMs();
    for (const [at, range] of from.entries()) {
      const most = this.#perAddressMax * (at === 0 ? 1 : siteFactor);
      const count = this.#waitingFrom(range) + this.#recentOf(range, nowMs).length;
      if (count < most) continue;
      const detail = `${most} tickets of ${range} wait already`;
      return { ok: false, code: "ticket/too-many", detail, retryAfterMs };
    }
    for (const range of from) {
      // Put last, so that the ones that were not used for longest are first.
      const times = [...this.#recentOf(range, nowMs), nowMs];
      this.#recent.delete(range);
      this.#recent.set(range, times);
    }
    while (this.#recent.size > recentRangesMax) this.#recent.delete(this.#recent.keys().next().value!);
    return { ok: true };
  }

  #recentOf(range: string, nowMs: SteadyMs): readonly number[] {
    return (this.#recent.get(range) ?? []).filter((atMs) => nowMs - atMs < unseenMs);
  }
}
