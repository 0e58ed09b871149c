/**
 * Signing keys as rows of the part `sessions`, all in its feed, so that every instance has a copy:
 *
 *   key:<kid>           JSON of StoredKey; the kid grows with time
 *
 * Rows of other keys were written by an earlier version: earlier-sign-outs.ts, earlier-bans.ts.
 */
import type { Row } from "../rows/store.ts";

export const sessionsPart = "sessions";

export interface StoredKey {
  readonly kid: string;
  /** The number of the period in which it signs. */
  readonly period: number;
  /** The highest turn of a period signs: an operator rotated the keys. Left out: 0. */
  readonly turn?: number;
  /** Everything that it signed is invalid. */
  readonly revoked?: true;
  readonly publicKey: Readonly<Record<string, unknown>>;
  /** JWE: without the configured secret a reader of the store cannot sign. */
  readonly sealedPrivateKey: string;
}

export const keyKey = (kid: string) => `key:${kid}`;

export function storedKey(row: Row): StoredKey | undefined {
  return row.key.startsWith("key:") ? (JSON.parse(row.value) as StoredKey) : undefined;
}
