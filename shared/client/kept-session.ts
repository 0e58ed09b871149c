/**
 * A session that a client keeps for longer than its token is good: refreshed before the token runs out, and when a
 * server says that it has. It measures by its own clock how long ago the token came, and knows nothing of the server's.
 */
import type { UnixClock, UnixMs } from "../clock.ts";
import type { NewSession } from "../wire/sessions.ts";
import { type ApiAccess, ApiError, mayPass } from "./api.ts";
import { refreshSession } from "./sessions.ts";

/** Of a token's time; what is left is for questions that take long. */
const refreshAfterShare = 0.5;
const unauthorized = 401;

/** What a client keeps, also over a restart. */
export interface HeldTokens {
  readonly token: string;
  readonly refreshToken: string;
  /** Unix ms by the clock of this device. */
  readonly refreshAtMs: number;
}

export type SessionAccess = ApiAccess & { readonly token: string };

export interface KeptSessionParts {
  readonly access: ApiAccess;
  readonly tokens: HeldTokens;
  /** To be kept in the place of those before. */
  readonly onRefreshed?: (tokens: HeldTokens) => void;
  /** Unix ms; default `Date.now`. */
  readonly nowMs?: UnixClock;
}

export function heldTokens(
  { token, refreshToken, expiresInSeconds }: Pick<NewSession, "token" | "refreshToken" | "expiresInSeconds">,
  nowMs: UnixMs,
): HeldTokens {
  return { token, refreshToken, refreshAtMs: nowMs + expiresInSeconds * 1000 * refreshAfterShare };
}

export class KeptSession {
  readonly #parts: KeptSessionParts;
  #tokens: HeldTokens;
  #refreshing: Promise<void> | undefined;

  constructor(parts: KeptSessionParts) {
    this.#parts = parts;
    this.#tokens = parts.tokens;
  }

  get tokens(): HeldTokens {
    return this.#tokens;
  }

  /** While no server answers it is the one that is there. @throws ApiError when the session is over */
  async freshToken(): Promise<string> {
    if (this.#nowMs() >= this.#tokens.refreshAtMs)
      await this.refresh().catch((error) => {
        if (!(error instanceof ApiError) || !mayPass(error)) throw error;
      });
    return this.#tokens.token;
  }

  /** Calls at the same time share one. @throws ApiError */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Asks with this session; again when the token had run out unseen. @throws what the question throws */
  async as<Answer>(question: (access: SessionAccess) => Promise<Answer>): Promise<Answer> {
    const token = await this.freshToken();
    try {
      return await question(this.#access(token));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== unauthorized) throw error;
      if (this.#tokens.token === token) await this.refresh();
      return question(this.#access(this.#tokens.token));
    }
  }

  #access(token: string): SessionAccess {
    return { ...this.#parts.access, token, freshToken: () => this.freshToken() };
  }

  async #refresh(): Promise<void> {
    const { access, onRefreshed } = this.#parts;
    const { token: _, freshToken: __, ...anonymous } = access;
    this.#tokens = heldTokens(await refreshSession(anonymous, this.#tokens.refreshToken), this.#nowMs());
    onRefreshed?.(this.#tokens);
  }

  #nowMs(): number {
    return (this.#parts.nowMs ?? Date.now)();
  }
}
