/**
 * Tokens whose signature was checked before, so that it is checked once and not per request: that is most of a
 * request's cost. It stores the signing key and the claims, nothing else: every request still checks whether the
 * session has ended and whether the key is valid.
 */
import type { Session } from "./session.ts";

/** Half a kilobyte each. Beyond it the oldest is dropped, and checked again when it returns. */
const verifiedTokensMax = 10_000;

export interface VerifiedToken {
  readonly session: Session;
  /** The key that signed it. */
  readonly kid: string;
}

export class VerifiedTokens {
  /** Invariant: holds only tokens with a valid signature. Oldest first. */
  readonly #tokens = new Map<string, VerifiedToken>();

  get size(): number {
    return this.#tokens.size;
  }

  get(token: string): VerifiedToken | undefined {
    return this.#tokens.get(token);
  }

  add(token: string, verified: VerifiedToken): void {
    this.#tokens.set(token, verified);
    if (this.#tokens.size > verifiedTokensMax) this.forget(this.#tokens.keys().next().value!);
  }

  forget(token: string): void {
    this.#tokens.delete(token);
  }
}
