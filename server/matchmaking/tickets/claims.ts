/**
 * Where a user is: waiting with one ticket, or in one match of a queue. Each user has their own part, because queues
 * are separate parts and a commit writes one part. Row `claim` points at the ticket or the match. Nobody has to
 * release it, because a reader checks whether the ticket or match still holds the user. A queue with `alongside`
 * neither claims nor checks.
 */
import { createHash } from "node:crypto";
import { outcomeKey, queuePart } from "../../ratings/rating-rows.ts";
import { absent, type Put, type Row, type Version } from "../../rows/store.ts";
import type { MatchmakingParts } from "../parts.ts";
import { ticketKey, ticketRow } from "./rows.ts";
import { type Assigned, hasEnded, queueOfTicket } from "./ticket.ts";

export const claimKey = "claim";
/** A claim for a ticket that does not exist yet: its creator may have died since. */
const makingMsMax = 5000;
/** For a ticket: longer than it waits. For a match: its node repeats the claim in less than half of it. */
const waitingKeptMs = 20 * 60_000;
export const playingKeptMs = 10 * 60_000;

export type Claim =
  | {
      readonly kind: "waiting";
      readonly ticketId: string;
      /** The request for which it was made: its key and its contents. */
      readonly asked: string;
      readonly wishHash: string;
      readonly atMs: number;
    }
  | { readonly kind: "playing"; readonly matchId: string; readonly queue: string };

export type WaitingClaim = Claim & { kind: "waiting" };

/** A user id may have any characters, but the name of a part may not. */
export function userPart(userId: string): string {
  return `user:${createHash("sha256").update(userId).digest("base64url")}`;
}

export const claimOf = (row: Row | undefined): Claim | undefined => row && (JSON.parse(row.value) as Claim);

export const claimPut = (claim: Claim): Put => ({
  key: claimKey,
  value: JSON.stringify(claim),
  keepMs: claim.kind === "waiting" ? waitingKeptMs : playingKeptMs,
});

export type ClaimHolding =
  | { readonly kind: "free" }
  /** The same request, sent to another instance at this moment: it is one ticket. */
  | { readonly kind: "same"; readonly ticketId: string }
  /** The same key with another request. */
  | { readonly kind: "other-wish" }
  | { readonly kind: "waits"; readonly ticketId: string; readonly queue: string; readonly making: boolean }
  | { readonly kind: "plays"; readonly matchId: string; readonly queue: string };

/**
 * Whether the target of a claim still holds its user.
 * @param request as the caller would write it
 * @throws StoreError
 */
export async function holdingOf(
  parts: MatchmakingParts,
  { userId, row, request }: { userId: string; row: Row | undefined; request: WaitingClaim },
): Promise<ClaimHolding> {
  const claim = claimOf(row);
  if (claim === undefined) return { kind: "free" };
  if (claim.kind === "playing") return playing(parts, claim);
  const isSameKey = claim.asked === request.asked;
  if (isSameKey && claim.wishHash !== request.wishHash) return { kind: "other-wish" };
  const { ticketId } = claim;
  const queue = queueOfTicket(ticketId)!;
  if (!parts.queues.has(queue)) return { kind: "free" };
  const [ticketIs] = await parts.store.read(queuePart(queue), [ticketKey(ticketId)]);
  const found = ticketRow(ticketIs)?.ticket;
  if (found === undefined) {
    // A claim ahead of now was written before the store's clock was set back.
    const ageMs = parts.nowMs() - claim.atMs;
    if (ageMs > makingMsMax || ageMs < -makingMsMax) return { kind: "free" };
    return isSameKey ? { kind: "same", ticketId } : { kind: "waits", ticketId, queue, making: true };
  }
  if (!hasEnded(found)) {
    // It was written after the caller looked under its key: there the caller will find it.
    return isSameKey ? { kind: "same", ticketId } : { kind: "waits", ticketId, queue, making: false };
  }
  return found.state === "assigned" ? expected(parts, found, userId) : { kind: "free" };
}

/** Claims every one of them, or says which failed. Claims taken until then point at a ticket that never comes. */
export async function claimAll(
  { store }: MatchmakingParts,
  held: readonly { readonly userId: string; readonly version: Version | undefined }[],
  claim: WaitingClaim,
): Promise<boolean> {
  const results = await Promise.all(
    held.map(({ userId, version = absent }) =>
      store.commit(userPart(userId), {
        expect: [{ key: claimKey, version }],
        put: [claimPut(claim)],
      }),
    ),
  );
  return results.every(({ ok }) => ok);
}

/** The ticket was refused after all. A claim that cannot be released points at nothing, which a reader detects. */
export async function letGo(
  { store }: MatchmakingParts,
  userIds: readonly string[],
  ticketId: string,
): Promise<void> {
  await Promise.all(
    userIds.map(async (userId) => {
      const [row] = await store.read(userPart(userId), [claimKey]);
      const claim = claimOf(row);
      if (row === undefined || claim?.kind !== "waiting" || claim.ticketId !== ticketId) return;
      const expect = [{ key: claimKey, version: row.version }];
      await store.commit(userPart(userId), { expect, put: [], remove: [claimKey] });
    }),
  );
}

async function playing(parts: MatchmakingParts, claim: Claim & { kind: "playing" }): Promise<ClaimHolding> {
  const { matchId, queue } = claim;
  if (!(await runs(parts, { matchId, queue }))) return { kind: "free" };
  return { kind: "plays", matchId, queue };
}

/** A seat is kept for this user, for as long as it is. A user who was seen in the match has another claim. */
async function expected(parts: MatchmakingParts, ticket: Assigned, userId: string): Promise<ClaimHolding> {
  const { queue, assignment } = ticket;
  const rules = parts.queues.get(queue)!;
  const isHere = ticket.players.some((player) => player.userId === userId);
  const ageMs = parts.nowMs() - ticket.endedAtMs;
  if (!isHere || ageMs > rules.arriveSeconds * 1000) return { kind: "free" };
  const { matchId } = assignment;
  return (await runs(parts, { matchId, queue })) ? { kind: "plays", matchId, queue } : { kind: "free" };
}

async function runs(
  { store, matchRuns }: MatchmakingParts,
  { matchId, queue }: { matchId: string; queue: string },
): Promise<boolean> {
  const [counted] = await store.read(queuePart(queue), [outcomeKey(matchId)]);
  return counted === undefined && (await matchRuns?.(matchId)) === true;
}
