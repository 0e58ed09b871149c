/**
 * The keys that sign our tokens: a new Ed25519 key for every period, made by whichever instance needs it first, or
 * earlier when an operator asks for it, and kept in the store, its private half sealed with the configured secret.
 * Tokens name their key. Keys that are not at hand are looked for in the store, all of them together, at most once a
 * second: nobody is told that there is no such key by a look that began before they asked.
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
import { contendedTriesMax } from "../rows/context.ts";
import type { Follower } from "../rows/follower.ts";
import { absent, type MatchmakingStore, type Put } from "../rows/store.ts";
import { StoreError } from "../store-error.ts";
import { keyKey, type StoredKey, sessionsPart } from "./session-rows.ts";

export const signatureAlgorithm = "EdDSA";
const lookAgainMs = 1000;
/** Unknown keys that one look is for; whoever names one more is told to ask again. */
const kidsPerLookMax = 64;
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
  readonly nowMs: UnixClock;
  /** Never steps; of this process. */
  readonly steadyMs: SteadyClock;
  /** Runs once after so many ms. */
  readonly later: Later;
}

/** `none`: there is no such key, or none that counts. `unknown`: too many are looked for; ask again. */
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

/** The first of a period is named by it alone. */
function keyNamed(period: number, turn: number): KeyName {
  return { kid: period.toString(36) + (turn === 0 ? "" : `z${turn.toString(36)}`), period, turn };
}

export class SigningKeys {
  readonly #options: SigningKeysOptions;
  readonly #sealing: Uint8Array;
  /** By kid, of those in the follower. */
  readonly #publicKeys = new Map<string, Promise<CryptoKey>>();
  #signing: { readonly kid: string; readonly key: Promise<SigningKey> } | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Keys that the next look is for. */
  readonly #wanted = new Set<string>();
  #nextLook: Promise<void> | undefined;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
    this.#sealing = createHash("sha256").update(`holdfast session keys\n${options.secret}`).digest();
  }

  /** The one that signs now. @throws StoreError `session/other-secret` */
  async current(): Promise<SigningKey> {
    const next = this.#nextToSign();
    if (this.#signing?.kid !== next.kid) {
      const key = this.#keyOf(next);
      this.#signing = { kid: next.kid, key };
      // A failure is not kept: the next one who signs tries again.
      key.catch(() => {
        this.#signing = undefined;
      });
    }
    return this.#signing!.key;
  }

  /**
   * From now on another key signs, on every instance.
   * @param endSessions whether what was signed before is good for nothing any more: every session is over
   * @returns its kid @throws StoreError
   */
  async rotate(endSessions: boolean): Promise<string> {
    const { store, follower } = this.#options;
    for (let tries = 0; tries < contendedTriesMax; tries++) {
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
    }
    throw new StoreError("store/contended", "rotating the session keys failed");
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

  /** @returns whether it was looked for, after it was asked for */
  async #lookFor(kid: string): Promise<boolean> {
    if (!this.#wanted.has(kid) && this.#wanted.size >= kidsPerLookMax) return false;
    this.#wanted.add(kid);
    this.#nextLook ??= this.#look();
    await this.#nextLook;
    return true;
  }

  async #look(): Promise<void> {
    const { follower, steadyMs, later } = this.#options;
    // Not before its caller has kept it: it is over when it begins to read, and the next one is another.
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

  /** Which of this period's keys: the newest that is there, else one that is to be made. */
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
      // Of several instances one makes it, the others take what is there.
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
