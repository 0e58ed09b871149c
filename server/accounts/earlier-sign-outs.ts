/**
 * Sign-outs that an earlier version kept among the signing keys. They stay there: instances of that version may write
 * more while a fleet is upgraded, and each expires with the last token that it ended. This version writes none.
 *
 *   part `sessions`   session:<id>, user:<user id>   JSON of EarlierSignOut
 *
 * They compare clocks, as that version did: both are the store's.
 */
import type { UnixMs } from "../../shared/clock.ts";
import type { Row } from "../rows/store.ts";
import type { Session } from "./session.ts";
import { slackMs } from "./sign-outs.ts";

/** About 40 MB. */
const earlierSignOutsMax = 250_000;

interface EarlierSignOut {
  /** Unix ms: sessions issued up to then have ended. */
  readonly issuedMsMax: number;
  /** Unix ms: the sign-out has no effect after it. */
  readonly untilMs: number;
}

const sessionKey = (sessionId: string) => `session:${sessionId}`;
const userKey = (userId: string) => `user:${userId}`;

export class EarlierSignOuts {
  readonly #max: number;
  /** By key, in the order in which they were read. */
  readonly #all = new Map<string, EarlierSignOut>();
  /**
   * Invariant: at least `issuedMsMax` of every sign-out dropped at the limit. Sessions issued up to then have ended.
   */
  #forgottenMsMax = Number.NEGATIVE_INFINITY;

  constructor(max: number = earlierSignOutsMax) {
    this.#max = max;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Called for any row of the part. */
  take({ key, value }: Row): void {
    if (!key.startsWith("session:") && !key.startsWith("user:")) return;
    const { issuedMsMax, untilMs } = JSON.parse(value) as Partial<EarlierSignOut>;
    if (issuedMsMax === undefined || untilMs === undefined) return;
    this.#all.set(key, { issuedMsMax, untilMs });
    if (this.#all.size > this.#max) this.#forgetOne();
  }

  /**
   * @param of without `sessionId`: whether a sign-out from everywhere ended everything of the user that is this old
   */
  hasEnded(of: Pick<Session, "userId" | "issuedAtMs"> & Partial<Pick<Session, "sessionId">>): boolean {
    const { userId, sessionId, issuedAtMs } = of;
    if (issuedAtMs <= this.#forgottenMsMax) return true;
    // Whenever its token was issued: a session may have been refreshed under the same id since.
    if (sessionId !== undefined && this.#all.has(sessionKey(sessionId))) return true;
    const everywhere = this.#all.get(userKey(userId));
    return everywhere !== undefined && issuedAtMs <= everywhere.issuedMsMax;
  }

  forgetOver(nowMs: UnixMs): void {
    for (const [key, { untilMs }] of this.#all) if (untilMs + slackMs <= nowMs) this.#all.delete(key);
  }

  /** A user of a dropped sign-out stays signed out, together with everybody whose token is as old. */
  #forgetOne(): void {
    const [key, { issuedMsMax }] = this.#all.entries().next().value!;
    this.#forgottenMsMax = Math.max(this.#forgottenMsMax, issuedMsMax);
    this.#all.delete(key);
  }
}
