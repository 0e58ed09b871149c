/**
 * Who is banned, until when and why: users, devices of guests, and ranges of addresses from which guests come. It is
 * one table with one answer, and every instance keeps a copy of it. Other code decides what a ban does to users who
 * are present.
 *
 *   part `bans`   user:<user id>, device:<key>, range:<CIDR>   JSON of Ban
 */
import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import { deviceKey } from "../../shared/wire/sessions.ts";
import { addressRange, rangesOf } from "../net/address-range.ts";
import { endedFeedMs, Follower } from "../rows/follower.ts";
import type { MatchmakingStore, Row } from "../rows/store.ts";
import { changeRow } from "./change-row.ts";

export const bansPart = "bans";
/**
 * About 25 MB. A ban with a distant end is never dropped for a new one: operators must lift bans that are not needed.
 */
const bansMax = 100_000;

/** `userId`, `device` or `range`. */
export type BanKind = "user" | "device" | "range";

export interface Ban {
  readonly kind: BanKind;
  /** A user id, a device key, or a range of addresses as `addressRange` writes it. */
  readonly of: string;
  /** Unix ms. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** For operators, and for the banned user. */
  readonly reason?: string;
}

/** What is known of a caller. */
export interface Asking {
  readonly userId?: string;
  readonly device?: string | undefined;
  readonly address?: string | undefined;
}

export interface BansParts {
  readonly store: MatchmakingStore;
  readonly nowMs: UnixClock;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
  /** A ban was added, by any instance. */
  readonly onNews: () => void;
}

export class Bans {
  readonly #parts: BansParts;
  readonly #follower: Follower<Ban>;
  /** Whether a ban was read that has not been announced yet. */
  #news = false;

  constructor(parts: BansParts) {
    const { store, steadyMs } = parts;
    this.#parts = parts;
    const read = (row: Row) => {
      this.#news = true;
      const ban = JSON.parse(row.value) as Ban;
      return ban.untilMs <= ban.sinceMs ? undefined : ban;
    };
    this.#follower = new Follower({ store, part: bansPart, read, steadyMs });
  }

  get readAtMs(): number | undefined {
    return this.#follower.readAtMs;
  }

  /** @throws StoreError */
  async refresh(): Promise<void> {
    await this.#follower.refresh();
    this.#tell();
  }

  /** The ban that applies to a caller now; a user's comes before a device's, and that before the smallest range's. */
  banFor({ userId, device, address }: Asking): Ban | undefined {
    if (this.#follower.rows.size === 0) return undefined;
    const keys = [
      ...(userId === undefined ? [] : [keyOf("user", userId)]),
      ...(device === undefined ? [] : [keyOf("device", device)]),
      ...(address === undefined ? [] : rangesOf(address).map((range) => keyOf("range", range))),
    ];
    const nowMs = this.#parts.nowMs();
    return keys
      .map((key) => this.#follower.rows.get(key)?.value)
      .find((ban) => ban !== undefined && ban.untilMs > nowMs);
  }

  /** Bans in force, by kind and name, and their number. */
  list({ from, count }: { from: number; count: number }): { bans: readonly Ban[]; total: number } {
    const nowMs = this.#parts.nowMs();
    const held = [...this.#follower.rows].filter(([, { value }]) => value.untilMs > nowMs);
    held.sort(([one], [other]) => (one < other ? -1 : 1));
    return { bans: held.slice(from, from + count).map(([, { value }]) => value), total: held.length };
  }

  /** How many hold now. */
  inForce(): Record<BanKind, number> {
    const nowMs = this.#parts.nowMs();
    const count = { user: 0, device: 0, range: 0 };
    for (const { value } of this.#follower.rows.values()) if (value.untilMs > nowMs) count[value.kind] += 1;
    return count;
  }

  /** Replaces an earlier ban of the same target. @throws StoreError `session/bans-full` */
  async add(ban: Omit<Ban, "sinceMs">): Promise<Ban> {
    const stored = { ...ban, sinceMs: this.#parts.nowMs() };
    const keepMs = Math.max(ban.untilMs - stored.sinceMs, 1);
    await this.#put(stored, { keepMs, feedMs: keepMs });
    return stored;
  }

  /** @returns whether there was a ban */
  async lift(kind: BanKind, of: string): Promise<boolean> {
    const sinceMs = this.#parts.nowMs();
    const ended = { keepMs: endedFeedMs, feedMs: endedFeedMs };
    return this.#put({ kind, of, sinceMs, untilMs: sinceMs }, ended, true);
  }

  async #put(ban: Ban, kept: { keepMs: number; feedMs: number }, onlyIfThere = false): Promise<boolean> {
    const { store } = this.#parts;
    const [part, follower] = [bansPart, this.#follower];
    let done = false;
    const changing = { store, part, follower, rowsMax: bansMax, fullCode: "session/bans-full" } as const;
    await changeRow(changing, keyOf(ban.kind, ban.of), (row) => {
      done = row !== undefined || !onlyIfThere;
      return done ? { value: JSON.stringify(ban), ...kept } : undefined;
    });
    this.#tell();
    return done;
  }

  /** Drops ended bans, then announces new ones. */
  #tell(): void {
    const nowMs = this.#parts.nowMs();
    for (const [key, { value }] of this.#follower.rows)
      if (value.untilMs + slackMs <= nowMs) this.#follower.forget(key);
    if (this.#news) this.#parts.onNews();
    this.#news = false;
  }
}

/** This copy is kept longer than the row in the store, by more than their clocks may differ. */
const slackMs = 3_600_000;

const keyOf = (kind: BanKind, of: string) => `${kind}:${of}`;

/** The name under which a ban is stored. @returns undefined when the target is invalid */
export function banName(kind: BanKind, written: string): string | undefined {
  switch (kind) {
    case "user":
      return /^[^\p{Cc}]{1,200}$/u.test(written) ? written : undefined;
    case "device":
      return deviceKey.safeParse(written).success ? written : undefined;
    case "range":
      return addressRange(written);
  }
}
