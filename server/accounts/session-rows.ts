/**
 * Signing keys as rows of the part `sessions`, all of them in its feed, so that every instance has them at hand:
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
  /** Of several of one period the highest signs: an operator wanted another one. Left out: 0. */
  readonly turn?: number;
  /** What it signed is good for nothing any more. */
  readonly revoked?: true;
  readonly publicKey: Readonly<Record<string, unknown>>;
  /** JWE: without the configured secret the store's reader cannot sign. */
  readonly sealedPrivateKey: string;
}

export const keyKey = (kid: string) => `key:${kid}`;

export function storedKey(row: Row): StoredKey | undefined {
  return row.key.startsWith("key:") ? (JSON.parse(row.value) as StoredKey) : undefined;
}
