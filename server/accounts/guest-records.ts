/**
 * Where guests came from, so that an operator who knows a user id can ban the device or the network behind it. Kept
 * as long as the guest could return, read only by operators, and in no feed.
 *
 *   part `guests:<2 letters of a hash>`   user:<user id>   JSON of GuestRecord
 */
import { createHash } from "node:crypto";
import type { MatchmakingStore } from "../rows/store.ts";

export interface GuestRecord {
  readonly device?: string;
  readonly address?: string;
  /** Unix ms: the last session or refresh. */
  readonly seenAtMs: number;
}

export interface GuestRecordsParts {
  readonly store: MatchmakingStore;
  /** How long a guest may be absent and still be the same user. */
  readonly keepMs: number;
}

const keyOf = (userId: string) => `user:${userId}`;

/** Several parts, so that a store with several shards spreads them. */
const partOf = (userId: string) => `guests:${createHash("sha256").update(userId).digest("hex").slice(0, 2)}`;

export class GuestRecords {
  readonly #parts: GuestRecordsParts;

  constructor(parts: GuestRecordsParts) {
    this.#parts = parts;
  }

  /** @throws StoreError */
  async write(userId: string, record: GuestRecord): Promise<void> {
    const { store, keepMs } = this.#parts;
    const put = [{ key: keyOf(userId), value: JSON.stringify(record), keepMs }];
    await store.commit(partOf(userId), { expect: [], put });
  }

  /** @throws StoreError */
  async read(userId: string): Promise<GuestRecord | undefined> {
    const [row] = await this.#parts.store.read(partOf(userId), [keyOf(userId)]);
    return row && (JSON.parse(row.value) as GuestRecord);
  }
}
