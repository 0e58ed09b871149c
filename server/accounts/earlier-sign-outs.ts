/**
 * Sign-outs that an earlier version kept among the signing keys. They stay where they are: instances of that version
 * may write more of them while a fleet is upgraded, and each goes with the last token that it ended. Nothing of this
 * version is written here.
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
  /** Unix ms: what was issued up to then is over. */
  readonly issuedMsMax: number;
  /** Unix ms: it says nothing any more. */
  readonly untilMs: number;
}

const sessionKey = (sessionId: string) => `session:${sessionId}`;
const userKey = (userId: string) => `user:${userId}`;

export class EarlierSignOuts {
  readonly #max: number;
  /** By key, in the order in which they were read. */
  readonly #all = new Map<string, EarlierSignOut>();
  /** Invariant: not less than `issuedMsMax` of any that was forgotten at the bound. What was issued up to then is over. */
  #forgottenMsMax = Number.NEGATIVE_INFINITY;

  constructor(max: number = earlierSignOutsMax) {
    this.#max = max;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Of any row of the part. */
  take({ key, value }: Row): void {
    if (!key.startsWith("session:") && !key.startsWith("user:")) return;
    const { issuedMsMax, untilMs } = JSON.parse(value) as Partial<EarlierSignOut>;
    if (issuedMsMax === undefined || untilMs === undefined) return;
    this.#all.set(key, { issuedMsMax, untilMs });
    if (this.#all.size > this.#max) this.#forgetOne();
  }

  /** @param of `sessionId` left out: what of the user is older than the sign-out from everywhere */
  hasEnded(of: Pick<Session, "userId" | "issuedAtMs"> & Partial<Pick<Session, "sessionId">>): boolean {
    const { userId, sessionId, issuedAtMs } = of;
    if (issuedAtMs <= this.#forgottenMsMax) return true;
    // Whenever its token was issued: one that goes on under its id may have been refreshed since.
    if (sessionId !== undefined && this.#all.has(sessionKey(sessionId))) return true;
    const everywhere = this.#all.get(userKey(userId));
    return everywhere !== undefined && issuedAtMs <= everywhere.issuedMsMax;
  }

  forgetOver(nowMs: UnixMs): void {
    for (const [key, { untilMs }] of this.#all) if (untilMs + slackMs <= nowMs) this.#all.delete(key);
  }

  /** A user that it signed out is signed out all the same: with everybody whose token is as old. */
  #forgetOne(): void {
    const [key, { issuedMsMax }] = this.#all.entries().next().value!;
    this.#forgottenMsMax = Math.max(this.#forgottenMsMax, issuedMsMax);
    this.#all.delete(key);
  }
}
