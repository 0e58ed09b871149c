/**
 * A session that outlives its token: it is refreshed before the token expires, and when a server says that it has
 * expired. It measures the token's age by the device's own clock, never by the server's.
 */
import type { UnixClock, UnixMs } from "../clock.ts";
import type { NewSession } from "../wire/sessions.ts";
import { type ApiAccess, ApiError, mayPass } from "./api.ts";
import { refreshSession } from "./sessions.ts";

/** A token is refreshed after this share of its lifetime; the rest is for slow requests. */
const refreshAfterShare = 0.5;
const unauthorized = 401;

/** What a client stores; it survives a restart. */
export interface HeldTokens {
  readonly token: string;
  readonly refreshToken: string;
  /** Unix ms by this device's clock. */
  readonly refreshAtMs: number;
}

export type SessionAccess = ApiAccess & { readonly token: string };

export interface KeptSessionParts {
  readonly access: ApiAccess;
  readonly tokens: HeldTokens;
  /** The new tokens replace the old ones. */
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

  /** While no server answers, the token at hand. @throws ApiError when the session is over */
  async freshToken(): Promise<string> {
    if (this.#nowMs() >= this.#tokens.refreshAtMs)
      await this.refresh().catch((error) => {
        if (!(error instanceof ApiError) || !mayPass(error)) throw error;
      });
    return this.#tokens.token;
  }

  /** Concurrent calls share one refresh. @throws ApiError */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Makes a request with this session, and once more if the token had expired. @throws what the request throws */
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
