/**
 * Who a caller is. A session is a token that we signed; any instance checks it without asking anybody, against keys
 * and revocations that it follows in the store. A revocation is heard within a moment where Redis tells, and within
 * `refreshMs` in any case. An instance that has not heard from the store for `unheardMsMax` trusts no token.
 */
import { errors, jwtVerify, SignJWT } from "jose";
import { StoreError } from "../../store-error.ts";
import { Follower } from "../follower.ts";
import { contendedTriesMax, type MatchmakingParts } from "../parts.ts";
import { absent, type Put } from "../store.ts";
import type { IdentityResult } from "./identity-provider.ts";
import {
  type Revocation,
  type SessionRow,
  sessionKey,
  sessionRow,
  sessionsPart,
  userKey,
} from "./session-rows.ts";
import { SigningKeys, signatureAlgorithm } from "./signing-keys.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

export const refreshMs = 500;
const unheardMsMax = 10_000;
const idLength = 16;

export interface SessionsOptions extends Omit<MatchmakingParts, "queues"> {
  readonly issuer: string;
  readonly audience: string;
  /** Seals the keys; the same on all instances. */
  readonly secret: string;
  /** How long a session lasts. */
  readonly tokenMs: number;
  /** How long one key signs. */
  readonly keyPeriodMs: number;
  readonly log: (message: string, details: object) => void;
}

export interface Session {
  readonly userId: string;
  /** As the user wants to be called. */
  readonly name?: string;
  readonly sessionId: string;
  /** Unix ms. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export type IssueResult =
  | { readonly ok: true; readonly token: string; readonly session: Session }
  | { readonly ok: false; readonly code: "session/banned"; readonly detail: string }
  | (IdentityResult & { readonly ok: false });

export type CheckResult =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false;
      readonly code: "session/invalid" | "session/expired" | "session/revoked" | "session/unchecked";
      readonly detail: string;
    };

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #follower: Follower<SessionRow>;
  readonly #keys: SigningKeys;
  readonly #verifiedTokens = new VerifiedTokens();
  #stopWatching: () => void = () => {};
  #callOff: () => void = () => {};
  #closed = false;
  /** Since the last try. */
  #unheard = false;

  private constructor(options: SessionsOptions) {
    const { store, nowMs, secret, tokenMs, keyPeriodMs: periodMs } = options;
    this.#options = options;
    this.#follower = new Follower({ store, part: sessionsPart, read: sessionRow, steadyMs: nowMs });
    this.#keys = new SigningKeys({ store, follower: this.#follower, secret, periodMs, tokenMs, nowMs });
  }

  /** @throws StoreError also `session/other-secret`: a server that could not sign should not start */
  static async open(options: SessionsOptions): Promise<Sessions> {
    const sessions = new Sessions(options);
    await sessions.#follower.refresh();
    await sessions.#keys.current();
    sessions.#stopWatching = await options.store.watch(
      sessionsPart,
      undefined,
      () => void sessions.#refresh(),
    );
    sessions.#repeat();
    return sessions;
  }

  /** A user that nobody has been before. */
  async issueGuest(name?: string): Promise<IssueResult> {
    return this.#issue(`guest:${this.#options.newName(idLength)}`, name);
  }

  /** @param identity what an identity provider said of a token */
  async exchange(identity: IdentityResult, name?: string): Promise<IssueResult> {
    return identity.ok ? this.#issue(identity.userId, name) : identity;
  }

  /** The same user's next one. @param name another one than before, if given */
  async renew(session: Session, name?: string): Promise<IssueResult> {
    return this.#issue(session.userId, name ?? session.name);
  }

  /** Whose token it is. @throws StoreError when the key is looked for and the store fails */
  async check(token: string): Promise<CheckResult> {
    const { nowMs } = this.#options;
    if (nowMs() - (this.#follower.readAtMs ?? 0) > unheardMsMax)
      return { ok: false, code: "session/unchecked", detail: "the list of revoked sessions is out of reach" };
    const verified = await this.#verified(token);
    if (!verified.ok) return verified;
    const { session } = verified;
    const isOver = [sessionKey(session.sessionId), userKey(session.userId)].some((key) => {
      const revocation = this.#revocation(key);
      return revocation && (revocation.issuedMsMax >= session.issuedAtMs || isBan(revocation, nowMs()));
    });
    return isOver ? { ok: false, code: "session/revoked", detail: "this session was ended" } : verified;
  }

  /** Ends one session everywhere. */
  async signOut({ sessionId, expiresAtMs }: Session): Promise<void> {
    const issuedMsMax = this.#options.nowMs();
    await this.#revoke(sessionKey(sessionId), () => ({ issuedMsMax, untilMs: expiresAtMs }));
  }

  /** Ends every session of a user that was issued until now. A ban that was said before stays. */
  async signOutEverywhere(userId: string): Promise<void> {
    await this.#revoke(userKey(userId), (before) => this.#userRevocation(before?.bannedUntilMs));
  }

  /** Ends every session of a user, and gives none until then. */
  async ban(userId: string, bannedUntilMs: number): Promise<void> {
    await this.#revoke(userKey(userId), () => this.#userRevocation(bannedUntilMs));
  }

  close(): void {
    this.#closed = true;
    this.#stopWatching();
    this.#callOff();
  }

  async #issue(userId: string, name: string | undefined): Promise<IssueResult> {
    const { issuer, audience, tokenMs, nowMs, newName } = this.#options;
    const issuedAtMs = nowMs();
    const revocation = this.#revocation(userKey(userId));
    if (revocation && isBan(revocation, issuedAtMs)) {
      const until = new Date(revocation.bannedUntilMs!).toISOString();
      return { ok: false, code: "session/banned", detail: `banned until ${until}` };
    }
    const { kid, privateKey } = await this.#keys.current();
    // The token says whole seconds.
    const expiresAtMs = Math.floor((issuedAtMs + tokenMs) / 1000) * 1000;
    const called = name === undefined ? {} : { name };
    const session = { userId, ...called, sessionId: newName(idLength), issuedAtMs, expiresAtMs };
    // Milliseconds, because who signs out everywhere and in again does so within one second.
    const token = await new SignJWT({ sid: session.sessionId, iat: issuedAtMs / 1000, ...called })
      .setProtectedHeader({ alg: signatureAlgorithm, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setExpirationTime(expiresAtMs / 1000)
      .sign(privateKey);
    return { ok: true, token, session };
  }

  /** Signed by one of our keys, and not over by its own time. */
  async #verified(token: string): Promise<CheckResult> {
    const known = this.#verifiedTokens.get(token);
    if (known === undefined) return this.#verify(token);
    const isOver = this.#options.nowMs() >= known.session.expiresAtMs;
    if (!isOver && (await this.#keys.publicKey(known.kid))) return { ok: true, session: known.session };
    this.#verifiedTokens.forget(token);
    return this.#verify(token);
  }

  async #verify(token: string): Promise<CheckResult> {
    const { issuer, audience, nowMs } = this.#options;
    const invalid = (detail: string) => ({ ok: false, code: "session/invalid", detail }) as const;
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = await this.#keys.publicKey(kid ?? "");
          if (!key) throw new errors.JWKSNoMatchingKey("no key of ours has this id");
          return key;
        },
        {
          issuer,
          audience,
          algorithms: [signatureAlgorithm],
          requiredClaims: ["sub", "sid", "iat", "exp"],
          currentDate: new Date(nowMs()),
        },
      );
      const session = sessionIn(payload as unknown as Claims);
      this.#verifiedTokens.add(token, { session, kid: protectedHeader.kid! });
      return { ok: true, session };
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        return { ok: false, code: "session/expired", detail: "the session is over; begin a new one" };
      if (error instanceof errors.JOSEError) return invalid(error.message);
      throw error;
    }
  }

  #revocation(key: string): Revocation | undefined {
    const row = this.#follower.rows.get(key)?.value;
    return row?.kind === "revocation" ? row.revocation : undefined;
  }

  async #revoke(key: string, revocationAfter: (before: Revocation | undefined) => Revocation): Promise<void> {
    const { store, nowMs } = this.#options;
    for (let tries = 0; tries < contendedTriesMax; tries++) {
      const [row] = await store.read(sessionsPart, [key]);
      const revocation = revocationAfter(row && (JSON.parse(row.value) as Revocation));
      const keepMs = Math.max(revocation.untilMs - nowMs(), 1);
      const put: Put = { key, value: JSON.stringify(revocation), keepMs, fedMs: keepMs, tell: true };
      const expect = [{ key, version: row?.version ?? absent }];
      const result = await store.commit(sessionsPart, { expect, put: [put] });
      if (!result.ok && result.reason === "feed-full")
        throw new StoreError("store/full", `revoking ${key}: the list of revocations takes no more`);
      // Whoever asked this instance has it at once.
      if (result.ok) return this.#follower.take({ key, value: put.value, version: result.versions[0]! });
    }
    throw new StoreError("store/contended", `revoking ${key} failed`);
  }

  #userRevocation(bannedUntilMs: number | undefined): Revocation {
    const { nowMs, tokenMs } = this.#options;
    return {
      issuedMsMax: nowMs(),
      untilMs: Math.max(nowMs() + tokenMs, bannedUntilMs ?? 0),
      ...(bannedUntilMs !== undefined && { bannedUntilMs }),
    };
  }

  #repeat(): void {
    if (this.#closed) return;
    this.#callOff = this.#options.later(refreshMs, () => {
      void this.#refresh().then(() => this.#repeat());
    });
  }

  async #refresh(): Promise<void> {
    try {
      await this.#follower.refresh();
    } catch (error) {
      // Said at the first failure only; `check` answers for the rest.
      if (!this.#unheard) this.#options.log("the list of revoked sessions cannot be read", { error });
      this.#unheard = true;
      return;
    }
    this.#unheard = false;
    const nowMs = this.#options.nowMs();
    for (const [key, { value }] of this.#follower.rows)
      if (value.kind === "revocation" && value.revocation.untilMs <= nowMs) this.#follower.forget(key);
  }
}

/** Of a token that we signed; times in seconds. */
interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly iat: number;
  readonly exp: number;
  readonly name?: string;
}

function sessionIn({ sub, sid, iat, exp, name }: Claims): Session {
  return {
    ...{ userId: sub, sessionId: sid, issuedAtMs: Math.round(iat * 1000), expiresAtMs: exp * 1000 },
    ...(name !== undefined && { name }),
  };
}

const isBan = ({ bannedUntilMs = 0 }: Revocation, nowMs: number) => bannedUntilMs > nowMs;
