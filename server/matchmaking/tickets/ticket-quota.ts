/**
 * Limits how many tickets of one address may wait at the same time, so that nobody fills a queue with fake players.
 * It counts tickets that this process' directors follow anyway, from all instances, and those admitted here a moment
 * ago. Instances do not ask each other, so together they may admit a few more. An IPv6 caller is counted by their
 * /64, and by the /48 of a site, which may have more of them.
 */
import type { SteadyClock, SteadyMs } from "../../../shared/clock.ts";
import { addressRange } from "../../net/address-range.ts";

/** A /48 may have this many times the limit of an address. */
const siteFactor = 4;
/** After this time a ticket is in the queue's feed, and has been read. */
const unseenMs = 1000;
const retryAfterMs = 5000;
/** Ranges with tickets in the last second; at the limit the oldest are dropped. */
const recentRangesMax = 100_000;

export type QuotaResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: "ticket/too-many";
      readonly detail: string;
      readonly retryAfterMs: number;
    };

/** The ranges that a ticket stores for its caller, the smallest first. */
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

  /** Sets the function that tells how many wait. */
  follow(waitingFrom: (range: string) => number): void {
    this.#waitingFrom = waitingFrom;
  }

  /** Counts one more ticket, or refuses it. */
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
      // Inserted at the end, so that the least recently used ranges come first.
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
