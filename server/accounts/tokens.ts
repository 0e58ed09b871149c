/**
 * Sessions as signed text: what a token says, and whether we signed it. A token is for one use, its audience, and
 * invalid for any other. Whether its session has ended meanwhile is not known here.
 */

import { errors, jwtVerify, SignJWT } from "jose";
import type { UnixClock } from "../../shared/clock.ts";
import type { Plain } from "../../shared/game/plain.ts";
import { clockSkewMs, type Session } from "./session.ts";
import { type SigningKeys, signatureAlgorithm } from "./signing-keys.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

export interface TokensParts {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: SigningKeys;
  readonly nowMs: UnixClock;
}

export type VerifyResult =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false;
      readonly code: "session/invalid" | "session/expired" | "session/unchecked";
      readonly detail: string;
    };

export class Tokens {
  readonly #parts: TokensParts;
  readonly #verified = new VerifiedTokens();

  constructor(parts: TokensParts) {
    this.#parts = parts;
  }

  /** @throws StoreError when there is no key to sign with */
  async sign(session: Session): Promise<string> {
    const { userId, sessionId, tokenName, name, profile, era, device, issuedAtMs, expiresAtMs } = session;
    const { issuer, audience, keys } = this.#parts;
    const { kid, privateKey } = await keys.current();
    const more = {
      ...(era > 0 && { era }),
      ...(device && { dev: device }),
      ...(tokenName !== undefined && { jti: tokenName }),
      ...(name !== undefined && { name }),
      ...(profile !== undefined && { profile }),
    };
    return new SignJWT({ sid: sessionId, iat: issuedAtMs / 1000, ...more })
      .setProtectedHeader({ alg: signatureAlgorithm, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setExpirationTime(expiresAtMs / 1000)
      .sign(privateKey);
  }

  /**
   * Accepts tokens that one of our keys signed and that have not expired. @throws StoreError when the key lookup
   * fails
   */
  async verify(token: string): Promise<VerifyResult> {
    const known = this.#verified.get(token);
    if (known === undefined) return this.#verify(token);
    const isOver = this.#parts.nowMs() >= known.session.expiresAtMs + clockSkewMs;
    const key = isOver ? undefined : await this.#parts.keys.publicKey(known.kid);
    if (key === "unknown") return unchecked;
    if (key !== undefined && key !== "none") return { ok: true, session: known.session };
    this.#verified.forget(token);
    return key === "none" ? invalid(noSuchKey) : this.#verify(token);
  }

  async #verify(token: string): Promise<VerifyResult> {
    const { issuer, audience, keys, nowMs } = this.#parts;
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = await keys.publicKey(kid ?? "");
          if (key === "unknown") throw new KeyUnknown();
          if (key === "none") throw new errors.JWKSNoMatchingKey(noSuchKey);
          return key;
        },
        {
          issuer,
          audience,
          algorithms: [signatureAlgorithm],
          requiredClaims: ["sub", "sid", "iat", "exp"],
          clockTolerance: clockSkewMs / 1000,
          currentDate: new Date(nowMs()),
        },
      );
      const session = sessionIn(payload as unknown as Claims);
      this.#verified.add(token, { session, kid: protectedHeader.kid! });
      return { ok: true, session };
    } catch (error) {
      if (error instanceof KeyUnknown) return unchecked;
      if (error instanceof errors.JWTExpired)
        return { ok: false, code: "session/expired", detail: "it has expired" };
      if (error instanceof errors.JOSEError) return invalid(error.message);
      throw error;
    }
  }
}

class KeyUnknown extends Error {}

const noSuchKey = "this server has no key with this id";

const invalid = (detail: string) => ({ ok: false, code: "session/invalid", detail }) as const;

const unchecked = {
  ok: false,
  code: "session/unchecked",
  detail: "so many tokens name keys that are not known here yet that this one's was not looked for",
} as const;

/** Contents of a token that we signed; times in seconds. */
interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly iat: number;
  readonly exp: number;
  readonly name?: string;
  readonly profile?: Plain;
  readonly era?: number;
  readonly dev?: string;
  readonly jti?: string;
}

function sessionIn({ sub, sid, iat, exp, name, profile, era = 0, dev, jti }: Claims): Session {
  return {
    ...{ userId: sub, sessionId: sid, era, issuedAtMs: Math.round(iat * 1000), expiresAtMs: exp * 1000 },
    ...(name !== undefined && { name }),
    ...(profile !== undefined && { profile }),
    ...(dev !== undefined && { device: dev }),
    ...(jti !== undefined && { tokenName: jti }),
  };
}
