/**
 * Which refresh token of a session is valid next. Each refresh issues the next one, and its use shows that the client
 * has it; until then the answer may have been lost, and the token before is accepted again. A token that is neither
 * was used earlier, by a client that then continued with another: two hold the session, and one of them stole it.
 *
 *   part `refreshes:<2 letters of a hash>`   session:<id>   JSON of RefreshLine
 */

import { createHash } from "node:crypto";
import type { UnixClock, UnixMs } from "../../shared/clock.ts";
import { absent, type MatchmakingStore } from "../rows/store.ts";
import { again, uncontended } from "../rows/uncontended.ts";

/** For a client that asks twice at once, or again immediately: both answers are valid. */
const sameAnswerMs = 30_000;
/** The name of an earlier version's token, which had none. */
export const nameless = "";

export interface RefreshLine {
  /** Name of the token that was used last. */
  readonly used: string;
  /** Name of the token that was issued for it. */
  readonly given: string;
  /** Unix ms, by the store's clock. */
  readonly atMs: number;
}

/** @param shown name of the token that is used now; `next` for the one to be issued */
export function nextLine(
  before: RefreshLine | undefined,
  shown: string,
  { next, nowMs }: { next: string; nowMs: UnixMs },
): RefreshLine | "reused" {
  const following: RefreshLine = { used: shown, given: next, atMs: nowMs };
  if (before === undefined || shown === before.given) return following;
  if (shown === before.used && Math.abs(nowMs - before.atMs) <= sameAnswerMs) return before;
  // The token that was issued for it becomes invalid: a client that uses it after all is detected.
  return shown === before.used || shown === nameless ? following : "reused";
}

export interface RefreshLinesParts {
  readonly store: MatchmakingStore;
  readonly nowMs: UnixClock;
  /** The longest time for which a refresh token is valid. */
  readonly keepMs: number;
  readonly newName: () => string;
}

const keyOf = (sessionId: string) => `session:${sessionId}`;

/** Several parts, so that a store with several shards spreads them. */
const partOf = (sessionId: string) =>
  `refreshes:${createHash("sha256").update(sessionId).digest("hex").slice(0, 2)}`;

export class RefreshLines {
  readonly #parts: RefreshLinesParts;

  constructor(parts: RefreshLinesParts) {
    this.#parts = parts;
  }

  /** @returns name of the token to be issued. @throws StoreError; then nothing was issued */
  async use(sessionId: string, shown: string): Promise<string | "reused"> {
    const { store, nowMs, keepMs, newName } = this.#parts;
    const [part, key] = [partOf(sessionId), keyOf(sessionId)];
    return uncontended(`refreshing session ${sessionId} failed`, async () => {
      const [row] = await store.read(part, [key]);
      const before = row && (JSON.parse(row.value) as RefreshLine);
      const line = nextLine(before, shown, { next: newName(), nowMs: nowMs() });
      if (line === "reused") return line;
      if (line === before) return line.given;
      const put = [{ key, value: JSON.stringify(line), keepMs }];
      const result = await store.commit(part, { expect: [{ key, version: row?.version ?? absent }], put });
      if (result.ok) return line.given;
      return again;
    });
  }
}
