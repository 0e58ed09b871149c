/**
 * Sessions that were ended early: some of a user's, or all that had begun. One row per user, however often they sign
 * out, kept until nothing that it ended could still be valid. Users' sign-outs never block operators: the limit for
 * users is below the store's.
 *
 *   part `sign-outs`   user:<user id>   JSON of UserSignOuts
 *
 * No clocks are compared. All of a user's sessions that begin between two sign-outs from everywhere have the same
 * era, and carry it; a sign-out from everywhere starts the next era. So no clock that runs ahead matters.
 */
import type { SteadyClock, UnixClock, UnixMs } from "../../shared/clock.ts";
import type { Bearer } from "../../shared/wire/api.ts";
import { Follower } from "../rows/follower.ts";
import type { MatchmakingStore, Row } from "../rows/store.ts";
import { changeRow } from "./change-row.ts";

export const signOutsPart = "sign-outs";
/** Users whose sign-outs are kept at the same time, except by operators. About 60 MB. */
const signedOutUsersMax = 250_000;
/** A user who ends more single sessions within the life of one is signed out everywhere. */
const endedSessionsMax = 32;
/** This copy is kept longer than the row in the store, by more than their clocks may differ. */
export const slackMs = 3_600_000;

interface UserSignOuts {
  /** Sessions of earlier eras have ended. */
  readonly era: number;
  /** Ids of ended single sessions, with the Unix ms at which they would expire anyway. */
  readonly sessions: Readonly<Record<string, number>>;
  /** Unix ms: the row has no effect after it. */
  readonly untilMs: number;
}

export interface SignOutsParts {
  readonly store: MatchmakingStore;
  readonly nowMs: UnixClock;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
  /** The longest time for which a token is valid after it was signed, on any clock. */
  readonly tokenMsMax: number;
  /** Default `signedOutUsersMax`. */
  readonly usersMax?: number;
  /** Called when sessions were ended, by any instance. */
  readonly onNews: () => void;
}

const userKey = (userId: string) => `user:${userId}`;

export class SignOuts {
  readonly #parts: SignOutsParts;
  readonly #follower: Follower<UserSignOuts>;
  /** Whether something was read that has not been announced yet. */
  #news = false;

  constructor(parts: SignOutsParts) {
    const { store, steadyMs } = parts;
    this.#parts = parts;
    const read = (row: Row) => {
      this.#news = true;
      return JSON.parse(row.value) as UserSignOuts;
    };
    this.#follower = new Follower({ store, part: signOutsPart, read, steadyMs });
  }

  get readAtMs(): number | undefined {
    return this.#follower.readAtMs;
  }

  /** @throws StoreError */
  async refresh(beforeTelling: () => Promise<void> = async () => {}): Promise<void> {
    await this.#follower.refresh();
    await beforeTelling();
    const nowMs = this.#parts.nowMs();
    for (const [key, { value }] of this.#follower.rows)
      if (value.untilMs + slackMs <= nowMs) this.#follower.forget(key);
    this.#tell();
  }

  hasEnded({ userId, session }: Bearer): boolean {
    const row = this.#follower.rows.get(userKey(userId))?.value;
    if (row === undefined || session === undefined) return false;
    return session.era < row.era || Object.hasOwn(row.sessions, session.id);
  }

  /** As far as this instance has heard. */
  eraOf(userId: string): number {
    return this.#follower.rows.get(userKey(userId))?.value.era ?? 0;
  }

  /** Read from the store: a user who signs in again at once must not count as signed out. */
  async presentEraOf(userId: string): Promise<number> {
    await this.#follower.reread([userKey(userId)]);
    return this.eraOf(userId);
  }

  /** @throws StoreError `session/sign-outs-full` */
  endOne({ userId, sessionId }: { userId: string; sessionId: string }): Promise<void> {
    return this.#change(userId, "user", (before, nowMs) => {
      const still = Object.entries(before.sessions).filter(([, untilMs]) => untilMs > nowMs);
      if (still.length >= endedSessionsMax) return nextEra(before, nowMs);
      const sessions = { ...Object.fromEntries(still), [sessionId]: nowMs + this.#keptMs };
      return { era: before.era, sessions };
    });
  }

  /** Ends every session that has begun until now. @param by the limit of users does not apply to an operator */
  endAll(userId: string, by: "user" | "operator"): Promise<void> {
    return this.#change(userId, by, nextEra);
  }

  get #keptMs(): number {
    return this.#parts.tokenMsMax + slackMs;
  }

  async #change(
    userId: string,
    by: "user" | "operator",
    after: (before: Ended, nowMs: UnixMs) => Ended,
  ): Promise<void> {
    const { store, nowMs, usersMax = signedOutUsersMax } = this.#parts;
    const rowsMax = by === "user" ? usersMax : Number.POSITIVE_INFINITY;
    const fullCode = "session/sign-outs-full";
    const changing = { store, part: signOutsPart, follower: this.#follower, rowsMax, fullCode } as const;
    const keepMs = this.#keptMs;
    await changeRow(changing, userKey(userId), (row) => {
      const before = row === undefined ? nothingEnded : (JSON.parse(row.value) as UserSignOuts);
      const value: UserSignOuts = { ...after(before, nowMs()), untilMs: nowMs() + keepMs };
      return { value: JSON.stringify(value), keepMs, feedMs: keepMs };
    });
    this.#tell();
  }

  #tell(): void {
    if (this.#news) this.#parts.onNews();
    this.#news = false;
  }
}

type Ended = Omit<UserSignOuts, "untilMs">;

const nothingEnded: Ended = { era: 0, sessions: {} };

/** From the clock, so that it is above the era of an expired row; never below the last one. */
function nextEra({ era }: Ended, nowMs: UnixMs): Ended {
  return { era: Math.max(era + 1, nowMs), sessions: {} };
}
