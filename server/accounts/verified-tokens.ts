/**
 * Tokens whose signature was checked before, so that it is checked once and not with every request: that is most of
 * what a request costs. It remembers who signed and what was said, nothing else: whether a session is over, and
 * whether its key still is one of ours, is asked every time.
 */
import type { Session } from "./session.ts";

/** Half a kilobyte each. Beyond it the oldest goes, and is checked again when it comes. */
export const verifiedTokensMax = 10_000;

export interface VerifiedToken {
  readonly session: Session;
  /** Of the key that signed it. */
  readonly kid: string;
}

export class VerifiedTokens {
  /** Invariant: holds only tokens whose signature was found good. Oldest first. */
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
