/**
 * Signing keys and revocations as rows of the part `sessions`, all of them in its feed, so that every instance
 * has them at hand. Keys:
 *
 *   key:<kid>           JSON of StoredKey; the kid grows with time
 *   session:<id>        JSON of Revocation: this session is over
 *   user:<user id>      JSON of Revocation: sessions of this user issued before it are over
 */
import type { Row } from "../store.ts";

export const sessionsPart = "sessions";

export interface StoredKey {
  readonly kid: string;
  /** The number of the period in which it signs. */
  readonly period: number;
  readonly publicKey: Readonly<Record<string, unknown>>;
  /** JWE: without the configured secret the store's reader cannot sign. */
  readonly sealedPrivateKey: string;
}

export interface Revocation {
  /** Unix ms: what was issued up to then is over. */
  readonly issuedMsMax: number;
  /** Unix ms: a ban ends then; until then nothing is issued either. */
  readonly bannedUntilMs?: number;
  /** Unix ms: it says nothing any more, everything that it is about has run out. */
  readonly untilMs: number;
}

export type SessionRow =
  | { readonly kind: "key"; readonly key: StoredKey }
  | { readonly kind: "revocation"; readonly revocation: Revocation };

export const keyKey = (kid: string) => `key:${kid}`;
export const sessionKey = (sessionId: string) => `session:${sessionId}`;
export const userKey = (userId: string) => `user:${userId}`;

export function sessionRow(row: Row): SessionRow {
  return row.key.startsWith("key:")
    ? { kind: "key", key: JSON.parse(row.value) as StoredKey }
    : { kind: "revocation", revocation: JSON.parse(row.value) as Revocation };
}
