/**
 * Writes for a node who plays in its matches, into each user's own part, until they leave or the match ends
 * (claims.ts). Claims are renewed now and then; without renewal they expire. It takes back only claims that this node
 * wrote, and those by an earlier owner of a match for a user who has left it.
 */

import type { Version } from "../../rows/store.ts";
import type { MatchmakingParts } from "../parts.ts";
import { claimKey, claimOf, claimPut, playingKeptMs, userPart } from "./claims.ts";

const sayAgainMs = playingKeptMs / 3;

export interface MatchSeats {
  readonly matchId: string;
  readonly origin: { readonly queue: string };
  readonly seated: readonly string[];
  readonly departed: readonly string[];
}

interface WrittenClaim {
  readonly version: Version;
  readonly atMs: number;
}

export class SeatClaims {
  readonly #parts: MatchmakingParts;
  /** By match and user. */
  readonly #said = new Map<string, Map<string, WrittenClaim>>();

  constructor(parts: MatchmakingParts) {
    this.#parts = parts;
  }

  /** @param matches all running ones; nobody plays in others. @throws StoreError; the rest is written next time */
  async keep(matches: readonly MatchSeats[]): Promise<void> {
    for (const match of matches) await this.#keepMatch(match);
    const ids = new Set(matches.map(({ matchId }) => matchId));
    for (const [matchId, users] of this.#said) {
      if (ids.has(matchId)) continue;
      await Promise.all([...users].map(([userId, { version }]) => this.#takeBack(userId, version)));
      this.#said.delete(matchId);
    }
  }

  async #keepMatch({ matchId, origin, seated, departed }: MatchSeats): Promise<void> {
    const isNew = !this.#said.has(matchId);
    const users = this.#said.get(matchId) ?? new Map<string, WrittenClaim>();
    this.#said.set(matchId, users);
    const here = new Set(seated);
    const nowMs = this.#parts.steadyMs();
    const toSay = seated.filter((userId) => nowMs - (users.get(userId)?.atMs ?? -sayAgainMs) >= sayAgainMs);
    await Promise.all(
      toSay.map(async (userId) => {
        const claim = { kind: "playing", matchId, queue: origin.queue } as const;
        const put = [claimPut(claim)];
        const result = await this.#parts.store.commit(userPart(userId), { expect: [], put });
        if (result.ok) users.set(userId, { version: result.versions[0]!, atMs: nowMs });
      }),
    );
    const gone = [...users].filter(([userId]) => !here.has(userId));
    for (const [userId, { version }] of gone) {
      await this.#takeBack(userId, version);
      users.delete(userId);
    }
    if (!isNew) return;
    const left = departed.filter((userId) => !here.has(userId));
    await Promise.all(left.map((userId) => this.#takeBackOf(userId, matchId)));
  }

  async #takeBack(userId: string, version: Version): Promise<void> {
    const expect = [{ key: claimKey, version }];
    await this.#parts.store.commit(userPart(userId), { expect, put: [], remove: [claimKey] });
  }

  /** An earlier owner of the match may have written the claim and died. */
  async #takeBackOf(userId: string, matchId: string): Promise<void> {
    const [row] = await this.#parts.store.read(userPart(userId), [claimKey]);
    const claim = claimOf(row);
    if (row === undefined || claim?.kind !== "playing" || claim.matchId !== matchId) return;
    await this.#takeBack(userId, row.version);
  }
}
