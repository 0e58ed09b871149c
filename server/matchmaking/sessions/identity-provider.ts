/**
 * An external identity provider whose tokens are taken in exchange for ours. Its keys are fetched from its JWKS
 * address, kept for a while, and fetched again when a token names an unknown one, at most every 30 s.
 */
import { createHash } from "node:crypto";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const answerMsMax = 3000;
/** Only signatures with a public key: nobody here shares a secret with the provider. */
const algorithms = ["EdDSA", "Ed25519", "ES256", "ES384", "RS256", "PS256"];
/** Becomes part of a key in the store. */
const plainSubject = /^[\w.@|-]{1,128}$/;

export interface IdentityProviderSettings {
  /** Begins the ids of its users: a-z, 0-9 and -. */
  readonly name: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
}

export type IdentityResult =
  | { readonly ok: true; readonly userId: string }
  | {
      readonly ok: false;
      readonly code: "session/identity-refused" | "session/identity-unavailable";
      readonly detail: string;
    };

/** @returns who a token of this provider speaks for */
export function identityProvider(
  { name, jwksUrl, issuer, audience }: IdentityProviderSettings,
  nowMs: () => number,
): (token: string) => Promise<IdentityResult> {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: answerMsMax });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        requiredClaims: ["sub", "exp"],
        currentDate: new Date(nowMs()),
      });
      return { ok: true, userId: `${name}:${subjectName(payload.sub!)}` };
    } catch (error) {
      return refused(error as Error, name);
    }
  };
}

/** What would not do as a key becomes its hash. */
function subjectName(subject: string): string {
  return plainSubject.test(subject)
    ? subject
    : `~${createHash("sha256").update(subject).digest("base64url")}`;
}

/** A token that is wrong, or a provider that does not answer as one: jose tells by the class of the error. */
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
