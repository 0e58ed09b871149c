/**
 * The keys that sign our tokens: a new Ed25519 key for every period, made by whichever instance needs it first and
 * kept in the store, its private half sealed with the configured secret. Tokens name their key; a key that is not
 * at hand is looked for in the store, at most once a second.
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
import { StoreError } from "../../store-error.ts";
import type { Follower } from "../follower.ts";
import { absent, type MatchmakingStore } from "../store.ts";
import { keyKey, type StoredKey, sessionsPart } from "./session-rows.ts";

export const signatureAlgorithm = "EdDSA";
const lookAgainMs = 1000;
const kidShape = /^[0-9a-z]{1,12}$/;

export interface SigningKeysOptions {
  readonly store: MatchmakingStore;
  readonly follower: Follower<StoredKey>;
  /** The same on all instances. */
  readonly secret: string;
  /** How long one key signs. */
  readonly periodMs: number;
  /** How long what it signed is valid. */
  readonly tokenMs: number;
  readonly nowMs: () => number;
  /** Never steps; of this process. */
  readonly steadyMs: () => number;
}

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

export class SigningKeys {
  readonly #options: SigningKeysOptions;
  readonly #sealing: Uint8Array;
  /** By kid, of those in the follower. */
  readonly #publicKeys = new Map<string, Promise<CryptoKey>>();
  #signing: { readonly period: number; readonly key: Promise<SigningKey> } | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
    this.#sealing = createHash("sha256").update(`holdfast session keys\n${options.secret}`).digest();
  }

  /** The one that signs now. @throws StoreError `session/other-secret` */
  async current(): Promise<SigningKey> {
    const period = Math.floor(this.#options.nowMs() / this.#options.periodMs);
    if (this.#signing?.period !== period) {
      const key = this.#keyOf(period);
      this.#signing = { period, key };
      // A failure is not kept: the next one who signs tries again.
      key.catch(() => {
        this.#signing = undefined;
      });
    }
    return this.#signing!.key;
  }

  /** undefined: there is no such key. @throws StoreError */
  async publicKey(kid: string): Promise<CryptoKey | undefined> {
    const { follower, steadyMs } = this.#options;
    if (!kidShape.test(kid)) return undefined;
    if (!this.#stored(kid) && steadyMs() - this.#lookedAtMs >= lookAgainMs) {
      this.#lookedAtMs = steadyMs();
      await follower.reread([keyKey(kid)]);
    }
    const stored = this.#stored(kid);
    if (!stored) {
      this.#publicKeys.delete(kid);
      return undefined;
    }
    const known = this.#publicKeys.get(kid) ?? imported(stored.publicKey);
    this.#publicKeys.set(kid, known);
    return known;
  }

  #stored(kid: string): StoredKey | undefined {
    return this.#options.follower.rows.get(keyKey(kid))?.value;
  }

  async #keyOf(period: number): Promise<SigningKey> {
    const { store, follower } = this.#options;
    const kid = period.toString(36);
    if (!this.#stored(kid)) {
      // Of several instances one makes it, the others take what is there.
      await store.commit(sessionsPart, await this.#newKey(kid, period));
      await follower.reread([keyKey(kid)]);
    }
    const stored = this.#stored(kid);
    if (!stored) throw new StoreError("store/contended", `the session key ${kid} is not in the store`);
    return { kid, privateKey: await this.#unsealed(stored) };
  }

  async #newKey(kid: string, period: number) {
    const { publicKey, privateKey } = await generateKeyPair(signatureAlgorithm, { extractable: true });
    const text = new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey)));
    const sealed = new CompactEncrypt(text).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
    const key: StoredKey = {
      kid,
      period,
      publicKey: (await exportJWK(publicKey)) as Record<string, unknown>,
      sealedPrivateKey: await sealed.encrypt(this.#sealing),
    };
    const { periodMs, tokenMs } = this.#options;
    const keepMs = 2 * periodMs + tokenMs;
    return {
      expect: [{ key: keyKey(kid), version: absent }],
      put: [{ key: keyKey(kid), value: JSON.stringify(key), keepMs, fedMs: keepMs, tell: true }],
    };
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
