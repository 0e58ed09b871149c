/**
 * Sessions that were ended before their time: some of a user's, or all that were begun so far. One row a user,
 * however often they sign out, kept until nothing that it ended could still be valid. Operators are never crowded
 * out by sign-outs: the bound of users is below that of the store.
 *
 *   part `sign-outs`   user:<user id>   JSON of UserSignOuts
 *
 * No clocks are compared. All sessions of a user that begin between two sign-outs everywhere are of one era, and
 * say so; a sign-out everywhere begins the next one. So it matters to nobody whose clock is ahead.
 */
import type { SteadyClock, UnixClock, UnixMs } from "../../shared/clock.ts";
import type { Bearer } from "../../shared/wire/api.ts";
import { Follower } from "../rows/follower.ts";
import type { MatchmakingStore, Row } from "../rows/store.ts";
import { changeRow } from "./change-row.ts";

export const signOutsPart = "sign-outs";
/** Users whose sign-outs are kept at the same time, unless an operator signs them out. About 60 MB. */
const signedOutUsersMax = 250_000;
/** Who ends more sessions one by one, within the life of one, is signed out everywhere. */
export const endedSessionsMax = 32;
/** The copy here goes later than the row in the store, by whatever the clocks of both may differ. */
export const slackMs = 3_600_000;

interface UserSignOuts {
  /** Sessions of earlier eras are over. */
  readonly era: number;
  /** Ids of single ones that are over, with the Unix ms from when they would be anyway. */
  readonly sessions: Readonly<Record<string, number>>;
  /** Unix ms: it says nothing any more. */
  readonly untilMs: number;
}

export interface SignOutsParts {
  readonly store: MatchmakingStore;
  readonly nowMs: UnixClock;
  /** Never steps; of this process. */
  readonly steadyMs: SteadyClock;
  /** The longest that a token is valid after it was signed, on whatever clock. */
  readonly tokenMsMax: number;
  /** Default `signedOutUsersMax`. */
  readonly usersMax?: number;
  /** Something was ended, by whichever instance. */
  readonly onNews: () => void;
}

const userKey = (userId: string) => `user:${userId}`;

export class SignOuts {
  readonly #parts: SignOutsParts;
  readonly #follower: Follower<UserSignOuts>;
  /** Read, and not told yet. */
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

  /** As the store has it: whoever is signed in again at once must not be taken for who was signed out. */
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

  /** Whatever began until now. @param by an operator is not held up by the bound of users */
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

/** By the clock, so that it is higher also than one whose row has gone; never lower than the last. */
function nextEra({ era }: Ended, nowMs: UnixMs): Ended {
  return { era: Math.max(era + 1, nowMs), sessions: {} };
}
