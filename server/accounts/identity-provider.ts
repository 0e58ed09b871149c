/**
 * An external identity provider whose tokens are exchanged for ours. Its keys are fetched from its JWKS address,
 * cached for a while, and fetched again when a token names an unknown one, at most every 5 s. Within that time it is
 * unknown whether the token is new or wrong, and its caller must try again.
 */

import { createHash } from "node:crypto";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { Plain } from "../../shared/game/plain.ts";
import { isProfile, profileWords } from "../../shared/wire/profile.ts";
import { StoreError } from "../store-error.ts";
import { clockSkewMs } from "./session.ts";

const answerMsMax = 3000;
const keysFetchedEveryMs = 5000;
/** jose uses the system clock, which may step; the cooldown is measured here by a monotonic clock. */
const neverByItself = { cooldownDuration: Number.MAX_SAFE_INTEGER };
/** Only signatures with a public key: this server shares no secret with the provider. */
const algorithms = ["EdDSA", "Ed25519", "ES256", "ES384", "RS256", "PS256"];
/** The subject becomes part of a key in the store. */
const plainSubject = /^[\w.@|-]{1,128}$/;

/** A provider's name starts its users' ids, which must never look like guests' ids. */
const providerName = /^[a-z0-9-]{1,32}$/;

export interface IdentityProviderSettings {
  /** Prefix of its users' ids: a-z, 0-9 and -. */
  readonly name: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
}

export type IdentityResult =
  | { readonly ok: true; readonly userId: string; readonly profile?: Plain }
  | {
      readonly ok: false;
      readonly code: "session/identity-refused" | "session/identity-unavailable";
      readonly detail: string;
      readonly retryAfterMs?: number;
    };

export interface IdentityClocks {
  /** Unix ms. The provider's clock may differ by `clockSkewMs`. */
  readonly nowMs: UnixClock;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
}

/**
 * The provider of the settings, where `none` stands for one that is not set; undefined: there is none.
 * @throws StoreError `session/provider-invalid`
 */
export function configuredProvider(
  settings: IdentityProviderSettings,
  clocks: IdentityClocks,
): ReturnType<typeof identityProvider> | undefined {
  const { name, jwksUrl, issuer } = settings;
  if (jwksUrl === "none") return undefined;
  const refuse = (why: string) => new StoreError("session/provider-invalid", why);
  if (!URL.canParse(jwksUrl) || issuer === "none")
    throw refuse("--identity-jwks needs an address, and --identity-issuer");
  if (!providerName.test(name) || name === "guest")
    throw refuse(`--identity-name ${name}: it must be of a-z, 0-9 and -, at most 32, and not guest`);
  return identityProvider(settings, clocks);
}

/** @returns the user whom a token of this provider identifies */
export function identityProvider(
  { name, jwksUrl, issuer, audience }: IdentityProviderSettings,
  { nowMs, steadyMs }: IdentityClocks,
): (token: string) => Promise<IdentityResult> {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: answerMsMax, ...neverByItself });
  const fetched = atMostEvery(keysFetchedEveryMs, steadyMs, () => keys.reload());
  const verified = async (token: string): Promise<IdentityResult> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ["sub", "exp"],
      clockTolerance: clockSkewMs / 1000,
      currentDate: new Date(nowMs()),
    });
    const userId = `${name}:${subjectName(payload.sub!)}`;
    const { profile } = payload;
    if (profile === undefined || profile === null) return { ok: true, userId };
    return isProfile(profile) ? { ok: true, userId, profile } : noProfile(name);
  };
  return async (token) => {
    try {
      return await verified(token).catch(async (error) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const retryAfterMs = await fetched();
        return retryAfterMs === 0 ? verified(token) : keyUnknown(name, retryAfterMs);
      });
    } catch (error) {
      return refused(error as Error, name);
    }
  };
}

/**
 * @returns a function that does the work once for all concurrent callers, or gives the ms until it may run again; 0:
 * done
 */
function atMostEvery(
  ms: number,
  steadyMs: SteadyClock,
  something: () => Promise<void>,
): () => Promise<number> {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  return async () => {
    const leftMs = nextAtMs - steadyMs();
    if (underWay === undefined && leftMs > 0) return leftMs;
    if (underWay === undefined) nextAtMs = steadyMs() + ms;
    underWay ??= something().finally(() => {
      underWay = undefined;
    });
    await underWay;
    return 0;
  };
}

function noProfile(name: string): IdentityResult {
  const detail = `the claim \`profile\` of a token of ${name} is not ${profileWords}`;
  return { ok: false, code: "session/identity-refused", detail };
}

function keyUnknown(name: string, retryAfterMs: number): IdentityResult {
  const detail = `the key of this token is not among those of ${name} that were fetched a moment ago; ask again`;
  return { ok: false, code: "session/identity-unavailable", detail, retryAfterMs };
}

/** A subject that is unusable as a key is replaced by its hash. */
function subjectName(subject: string): string {
  return plainSubject.test(subject)
    ? subject
    : `~${createHash("sha256").update(subject).digest("base64url")}`;
}

/** A wrong token, or a provider that does not answer properly: jose tells by the class of the error. */
function refused(error: Error, name: string): IdentityResult & { ok: false } {
  const isToken =
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  if (isToken) return { ok: false, code: "session/identity-refused", detail: error.message };
  const detail = `the identity provider ${name} does not answer: ${error.message}`;
  return { ok: false, code: "session/identity-unavailable", detail };
}
