/**
 * The keys that sign our tokens: a new Ed25519 key for every period, made by the first instance that needs it, or
 * earlier when an operator asks, and kept in the store, its private half sealed with the configured secret. Tokens
 * name their key. Unknown keys are looked up in the store, all together, at most once a second. A lookup only denies
 * a key if it started after the request for that key.
 */

import { createHash } from "node:crypto";
import {
  CompactEncrypt,
  type CryptoKey,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import type { Later, SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { Follower } from "../rows/follower.ts";
import { absent, type MatchmakingStore, type Put } from "../rows/store.ts";
import { again, uncontended } from "../rows/uncontended.ts";
import { StoreError } from "../store-error.ts";
import { keyKey, type StoredKey, sessionsPart } from "./session-rows.ts";

export const signatureAlgorithm = "EdDSA";
const lookAgainMs = 1000;
/** Unknown keys per lookup; callers with further ones are told to try again. */
const kidsPerLookMax = 64;
const kidShape = /^[0-9a-z]{1,12}$/;

export interface SigningKeysOptions {
  readonly store: MatchmakingStore;
  readonly follower: Follower<StoredKey>;
  /** The same on all instances. */
  readonly secret: string;
  /** How long one key signs. */
  readonly periodMs: number;
  /** How long its signatures are valid. */
  readonly tokenMs: number;
  readonly nowMs: UnixClock;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
  /** Runs once after this many ms. */
  readonly later: Later;
}

/** `none`: no such key, or a revoked one. `unknown`: too many are being looked up; try again. */
export type PublicKey = CryptoKey | "none" | "unknown";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

interface KeyName {
  readonly kid: string;
  readonly period: number;
  readonly turn: number;
}

/** The first key of a period is named by the period alone. */
function keyNamed(period: number, turn: number): KeyName {
  return { kid: period.toString(36) + (turn === 0 ? "" : `z${turn.toString(36)}`), period, turn };
}

export class SigningKeys {
  readonly #options: SigningKeysOptions;
  readonly #sealing: Uint8Array;
  /** By kid, for the keys in the follower. */
  readonly #publicKeys = new Map<string, Promise<CryptoKey>>();
  #signing: { readonly kid: string; readonly key: Promise<SigningKey> } | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Keys for the next lookup. */
  readonly #wanted = new Set<string>();
  #nextLook: Promise<void> | undefined;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
    this.#sealing = createHash("sha256").update(`holdfast session keys\n${options.secret}`).digest();
  }

  /** The key that signs now. @throws StoreError `session/other-secret` */
  async current(): Promise<SigningKey> {
    const next = this.#nextToSign();
    if (this.#signing?.kid !== next.kid) {
      const key = this.#keyOf(next);
      this.#signing = { kid: next.kid, key };
      // A failure is not cached: the next caller tries again.
      key.catch(() => {
        this.#signing = undefined;
      });
    }
    return this.#signing!.key;
  }

  /**
   * Another key signs from now on, on every instance.
   * @param endSessions whether everything signed before becomes invalid, which ends every session
   * @returns its kid @throws StoreError
   */
  async rotate(endSessions: boolean): Promise<string> {
    const { store, follower } = this.#options;
    return uncontended("rotating the session keys failed", async () => {
      const { period, turn } = this.#nextToSign();
      const next = keyNamed(period, turn + 1);
      const { expect, put } = await this.#newKey(next);
      const ended = endSessions ? [...follower.rows.values()].filter(({ value }) => !value.revoked) : [];
      const result = await store.commit(sessionsPart, {
        expect: [...expect, ...ended.map(({ version, value }) => ({ key: keyKey(value.kid), version }))],
        put: [...put, ...ended.map(({ value }) => this.#kept({ ...value, revoked: true }))],
      });
      await follower.reread([keyKey(next.kid), ...ended.map(({ value }) => keyKey(value.kid))]);
      if (result.ok) return next.kid;
      return again;
    });
  }

  /** @throws StoreError */
  async publicKey(kid: string): Promise<PublicKey> {
    if (!kidShape.test(kid)) return "none";
    if (!this.#stored(kid) && !(await this.#lookFor(kid))) return "unknown";
    const stored = this.#stored(kid);
    if (!stored || stored.revoked) {
      this.#publicKeys.delete(kid);
      return "none";
    }
    const known = this.#publicKeys.get(kid) ?? imported(stored.publicKey);
    this.#publicKeys.set(kid, known);
    return known;
  }

  /** @returns whether it was looked up after this request */
  async #lookFor(kid: string): Promise<boolean> {
    if (!this.#wanted.has(kid) && this.#wanted.size >= kidsPerLookMax) return false;
    this.#wanted.add(kid);
    this.#nextLook ??= this.#look();
    await this.#nextLook;
    return true;
  }

  async #look(): Promise<void> {
    const { follower, steadyMs, later } = this.#options;
    // Lets the caller store this promise first: it is replaced as soon as the lookup starts to read.
    await Promise.resolve();
    const waitMs = this.#lookedAtMs + lookAgainMs - steadyMs();
    if (waitMs > 0) await new Promise<void>((resolve) => void later(waitMs, resolve));
    this.#lookedAtMs = steadyMs();
    const kids = [...this.#wanted];
    this.#wanted.clear();
    this.#nextLook = undefined;
    await follower.reread(kids.map(keyKey));
  }

  #stored(kid: string): StoredKey | undefined {
    return this.#options.follower.rows.get(keyKey(kid))?.value;
  }

  /** The key of this period to sign with: the newest existing one, otherwise one to be made. */
  #nextToSign(): KeyName {
    const period = Math.floor(this.#options.nowMs() / this.#options.periodMs);
    const turns = [...this.#options.follower.rows.values()].flatMap(({ value }) =>
      value.period === period ? [value.turn ?? 0] : [],
    );
    return keyNamed(period, Math.max(0, ...turns));
  }

  async #keyOf(name: KeyName): Promise<SigningKey> {
    const { store, follower } = this.#options;
    const { kid } = name;
    if (!this.#stored(kid)) {
      // When several instances need it, one makes it and the others read it.
      await store.commit(sessionsPart, await this.#newKey(name));
      await follower.reread([keyKey(kid)]);
    }
    const stored = this.#stored(kid);
    if (!stored) throw new StoreError("store/contended", `the session key ${kid} is not in the store`);
    return { kid, privateKey: await this.#unsealed(stored) };
  }

  async #newKey({ kid, period, turn }: KeyName) {
    const { publicKey, privateKey } = await generateKeyPair(signatureAlgorithm, { extractable: true });
    const text = new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey)));
    const sealed = new CompactEncrypt(text).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
    const key: StoredKey = {
      ...{ kid, period, turn },
      publicKey: (await exportJWK(publicKey)) as Record<string, unknown>,
      sealedPrivateKey: await sealed.encrypt(this.#sealing),
    };
    return { expect: [{ key: keyKey(kid), version: absent }], put: [this.#kept(key)] };
  }

  #kept(key: StoredKey): Put {
    const { periodMs, tokenMs } = this.#options;
    const keepMs = 2 * periodMs + tokenMs;
    return { key: keyKey(key.kid), value: JSON.stringify(key), keepMs, feedMs: keepMs, tell: true };
  }

  async #unsealed({ kid, sealedPrivateKey }: StoredKey): Promise<CryptoKey> {
    try {
      const { plaintext } = await compactDecrypt(sealedPrivateKey, this.#sealing);
      return await imported(JSON.parse(new TextDecoder().decode(plaintext)));
    } catch (error) {
      const why = "it was made with another session secret; all instances need the same";
      throw new StoreError("session/other-secret", `session key ${kid}: ${why}`, { cause: error });
    }
  }
}

function imported(key: Readonly<Record<string, unknown>>): Promise<CryptoKey> {
  return importJWK(key as JWK, signatureAlgorithm) as Promise<CryptoKey>;
}
