/**
 * The port through which matchmaking keeps everything: rows of text, in parts. A part (a queue, a party, the
 * sessions) is written by conditional commits: all rows of a commit or none, and only if the rows that it depends on
 * are as its writer saw them. All decisions are made this way, so each is made once, in the store, whichever instance
 * asks and whichever dies. The store knows no ticket and no player.
 *
 * Every method rejects with StoreError `store/unavailable` or `store/full` when the outside failed. A commit that
 * rejected may have been kept, and may even be kept later: a caller that repeats it expects the same versions again
 * and is refused if it was.
 */
import assert from "node:assert/strict";
import type { MayBeAway } from "../store-error.ts";

/** Grows with every row that is written in a part and is never given twice, even by a store that lost data. */
export type Version = number;

/** The version that a writer expects of a missing row. */
export const absent: Version = 0;

export interface Row {
  readonly key: string;
  readonly version: Version;
  readonly value: string;
}

export interface Put {
  readonly key: string;
  readonly value: string;
  /** The row expires this long after it was written. Left out: it stays. */
  readonly keepMs?: number;
  /** How long the row is in the part's feed. Left out: it is not, or no longer. Not longer than the row exists. */
  readonly feedMs?: number;
  /** Its score on the part's leaderboard, the highest first. Left out: unchanged. */
  readonly score?: number;
  /** Whether watchers of the row are notified. */
  readonly tell?: boolean;
}

export interface Commit {
  /** Nothing is written unless every one of these rows has this version. */
  readonly expect: readonly { readonly key: string; readonly version: Version }[];
  readonly put: readonly Put[];
  /** Only rows that are neither in the feed nor on the leaderboard. */
  readonly remove?: readonly string[];
}

export type CommitResult =
  /** The versions of the rows of `put`, in their order. */
  | { readonly ok: true; readonly versions: readonly Version[] }
  /** These rows have another version by now. */
  | { readonly ok: false; readonly reason: "conflict"; readonly keys: readonly string[] }
  /** A new row would have made the feed longer than `feedRowsMax`. */
  | { readonly ok: false; readonly reason: "feed-full" };

export interface Changes {
  /** In the order of their versions. */
  readonly rows: readonly Row[];
  /** Where the next read continues. */
  readonly upTo: Version;
  /** Whether there are more rows than requested. */
  readonly more: boolean;
}

/** A bucket that holds `burst` tokens and gets one every `refillMs`. */
export interface TokenBucket {
  readonly burst: number;
  readonly refillMs: number;
}

export type Spent = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** Rows in the feed of one part. */
export const feedRowsMax = 1_000_000;
/** Rows that one call reads, in the feed or on the leaderboard. */
export const pageRowsMax = 2000;
/** The length of a key together with the name of its part, in characters. */
const keyLengthMax = 300;

export interface MatchmakingStore extends MayBeAway {
  /** undefined for a missing row. */
  read(part: string, keys: readonly string[]): Promise<(Row | undefined)[]>;
  commit(part: string, commit: Commit): Promise<CommitResult>;
  /**
   * The rows in the feed that were written after a version, each once, as it is now. From version 0 on it gives all
   * of them: the feed is the part itself in the order of its last changes, so nobody can fall behind it. A row that
   * left the feed is not reported.
   */
  changes(part: string, after: Version, rowsMax: number): Promise<Changes>;
  /** A page of the leaderboard, the highest score first; equal scores have a fixed order. */
  leaderboard(
    part: string,
    page: { from: number; count: number },
  ): Promise<readonly (Row & { score: number })[]>;
  /** Takes one token out of a bucket, or says when there will be one. */
  spend(bucketName: string, bucket: TokenBucket): Promise<Spent>;
  /**
   * Calls the listener after a commit by any instance that notifies watchers of this row, or of any row of the part;
   * also when it may have missed one. A caller that reads after the promise resolved, and again after every call,
   * misses nothing.
   * @returns a function that stops it
   */
  watch(part: string, key: string | undefined, listener: () => void): Promise<() => void>;
  close(): Promise<void>;
}

/** Control characters separate the keys of a disk and the messages of Redis; braces are what Redis Cluster hashes. */
export function assertKeys(part: string, put: readonly Put[]): void {
  assert(!/[\p{Cc}{}]/u.test(part), `not the name of a part: ${part}`);
  for (const { key } of put) {
    assert(!/\p{Cc}/u.test(key), `a control character in the key ${key} of ${part}`);
    assert(
      part.length + key.length <= keyLengthMax,
      `longer than ${keyLengthMax}: the key ${key} of ${part}`,
    );
  }
}
