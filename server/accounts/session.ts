/** What a session is, and how far the clocks of the processes that check one may differ. */

import type { Plain } from "../../shared/game/plain.ts";

/**
 * The clocks of instances and of the store differ by no more. A token is accepted for this long after its end, so
 * that it does not expire at one instance while another still issues it.
 */
export const clockSkewMs = 60_000;

export interface Session {
  readonly userId: string;
  /** The name that the user chose. */
  readonly name?: string;
  /** What the issuer vouches for (shared/wire/profile.ts). */
  readonly profile?: Plain;
  readonly sessionId: string;
  /** For a refresh token: which of the session's tokens it is. */
  readonly tokenName?: string;
  /** The user's era when it began (sign-outs.ts). */
  readonly era: number;
  /** For a guest whose client sent one. */
  readonly device?: string;
  /** Unix ms. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}
