/** Sessions, bans and rate limits, as far as this process handled them. */
import { codeLabel, type Meters } from "./meters.ts";

const beginnings = ["guest", "identity"] as const;
/** What requests are counted and limited by; api/serve-route.ts defines these words. */
const limited = ["address", "user", "guest"] as const;
const banKinds = ["user", "device", "range"] as const;

export class AccountMeters {
  readonly #begun;
  readonly #refreshed;
  readonly #refused;
  readonly #limited;
  readonly #bans;

  constructor(meters: Meters) {
    this.#begun = meters.counterBy("sessions_begun_total", "Sessions begun", "as", beginnings);
    this.#refreshed = meters.counter("sessions_refreshed_total", "Sessions that were refreshed");
    this.#refused = meters.counter(
      "sessions_refused_total",
      "Sessions whose start or refresh was refused, and tokens that were refused",
      ["request", "code"],
    );
    this.#limited = meters.counterBy(
      "rate_limited_total",
      "Requests and new guests above the limit of one address or user",
      "of",
      limited,
    );
    this.#bans = meters.gauge("bans", "Bans in force, as this process has read them", ["kind"]);
  }

  sessionBegun(as: (typeof beginnings)[number]): void {
    this.#begun[as].inc();
  }

  sessionRefreshed(): void {
    this.#refreshed.inc();
  }

  sessionRefused(request: "begin" | "refresh" | "check", code: string): void {
    this.#refused.inc({ request, code: codeLabel(code) });
  }

  rateLimited(of: (typeof limited)[number]): void {
    this.#limited[of].inc();
  }

  bans(now: Readonly<Record<(typeof banKinds)[number], number>>): void {
    for (const kind of banKinds) this.#bans.set({ kind }, now[kind]);
  }
}
