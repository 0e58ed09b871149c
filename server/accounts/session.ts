/** What a session is, and by how much the clocks of those who look at one may differ. */

/**
 * Clocks of instances, and the store's that they go by, differ by no more. A token is taken for so much longer than
 * it says, so that none is over at one instance while another still hands it out.
 */
export const clockSkewMs = 60_000;

export interface Session {
  readonly userId: string;
  /** As the user wants to be called. */
  readonly name?: string;
  readonly sessionId: string;
  /** Of a refresh token: which of the session's it is. */
  readonly tokenName?: string;
  /** Of the user when it began: see sign-outs.ts. */
  readonly era: number;
  /** Of a guest whose client said so. */
  readonly device?: string;
  /** Unix ms. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}
