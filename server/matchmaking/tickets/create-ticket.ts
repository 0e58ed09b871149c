/**
 * Puts a player or a party into a queue. A repetition with the same Idempotency-Key gets the same ticket, from any
 * instance and with any number of calls at once; a key belongs to one user. It first claims each of the players
 * (claims.ts) in their own parts, and then writes the ticket and its players' rows in one commit, or nothing.
 */

import { queuePart, ratingKey } from "../../ratings/rating-rows.ts";
import { absent, type Row } from "../../rows/store.ts";
import { again, uncontended } from "../../rows/uncontended.ts";
import { noMatchmakingMetrics } from "../matchmaking-metrics.ts";
import type { MatchmakingParts } from "../parts.ts";
import { ticketRefusal } from "../queues.ts";
import {
  type ClaimHolding,
  claimAll,
  claimKey,
  holdingOf,
  letGo,
  userPart,
  type WaitingClaim,
} from "./claims.ts";
import { hashOf, newTicket, type TicketWish } from "./new-ticket.ts";
import { delayedUntilMs, noShowsKey } from "./no-shows.ts";
import { askedKey, newTicketPuts, playerKey, type TicketRow, ticketKey, ticketRow } from "./rows.ts";
import { type Ticket, ticketId } from "./ticket.ts";

/** Not longer than a ticket can be read after its creation. */
const askedKeptMs = 10 * 60_000;
const idLength = 16;

export interface NewTicketRequest {
  /** The caller; one of the players. */
  readonly userId: string;
  readonly idempotencyKey: string;
  /** Ranges of addresses of the caller, the smallest first. */
  readonly from?: readonly string[];
  readonly wish: TicketWish;
}

type CreateRefusal =
  | "queue/unknown"
  | "queue/full"
  | "ticket/too-many"
  | "ticket/refused"
  | "ticket/already-waiting"
  | "ticket/in-match"
  | "ticket/idempotency-conflict";

type CreateRefused = {
  readonly ok: false;
  readonly code: CreateRefusal;
  readonly detail: string;
  /** With `ticket/already-waiting`, so that the caller can cancel it. */
  readonly ticketId?: string;
  /** With `ticket/in-match`, so that the caller can return to it. */
  readonly matchId?: string;
  /** With `ticket/too-many`. */
  readonly retryAfterMs?: number;
};

export type CreateTicketResult =
  /** `created` false: an earlier request with this key made the ticket. */
  ({ readonly ok: true; readonly created: boolean } & TicketRow) | CreateRefused;

interface AskedBefore {
  readonly ticketId: string;
  readonly wishHash: string;
}

export async function createTicket(
  parts: MatchmakingParts,
  request: NewTicketRequest,
): Promise<CreateTicketResult> {
  const { wish, userId, idempotencyKey } = request;
  const { newName, store, nowMs } = parts;
  if (!parts.queues.has(wish.queue))
    return { ok: false, code: "queue/unknown", detail: `there is no queue "${wish.queue}"` };
  const wishHash = hashOf(wish);
  const asking = askedKey(userId, idempotencyKey);
  let id = ticketId(wish.queue, newName(idLength));
  return uncontended(`creating a ticket of ${userId} in ${wish.queue} failed`, async (tries) => {
    const claim: WaitingClaim = { kind: "waiting", ticketId: id, asked: asking, wishHash, atMs: nowMs() };
    const [[asked, ...ratings], people] = await Promise.all([
      store.read(queuePart(wish.queue), [asking, ...wish.players.map((player) => ratingKey(player.userId))]),
      peopleOf(parts, wish),
    ]);
    if (asked) {
      const earlier = await earlierTicket(parts, { asked, wishHash, part: queuePart(wish.queue) });
      if (earlier) return earlier;
    }
    const admitted = tries === 0 ? parts.admitTicket?.(request.from ?? []) : undefined;
    if (admitted?.ok === false) return admitted;
    const tried = await tryOnce(parts, request, { claim, asked, ratings, people });
    if ("ok" in tried) return tried;
    id = tried.again ?? id;
    return again;
  });
}

/** One player: the rows of their own part. */
interface Person {
  readonly userId: string;
  readonly claim: Row | undefined;
  readonly noShows: Row | undefined;
}

function peopleOf({ store }: MatchmakingParts, { players }: TicketWish): Promise<Person[]> {
  return Promise.all(
    players.map(async ({ userId }) => {
      const [claim, noShows] = await store.read(userPart(userId), [claimKey, noShowsKey]);
      return { userId, claim, noShows };
    }),
  );
}

/** `again`: the id under which another instance makes the same ticket. */
type Contended = { readonly again: string | undefined };

interface KnownPlayers {
  readonly claim: WaitingClaim;
  readonly asked: Row | undefined;
  readonly ratings: readonly (Row | undefined)[];
  readonly people: readonly Person[];
}

async function tryOnce(
  parts: MatchmakingParts,
  request: NewTicketRequest,
  { claim, asked, ratings, people }: KnownPlayers,
): Promise<CreateTicketResult | Contended> {
  const { wish } = request;
  const rules = parts.queues.get(wish.queue)!;
  const nowMs = parts.nowMs();
  const notBeforeMs = Math.max(...people.map(({ noShows }) => delayedUntilMs(noShows, nowMs)));
  const { from = [] } = request;
  const ticket = newTicket(wish, { id: claim.ticketId, ratings, nowMs, notBeforeMs, from });
  const refusal = ticketRefusal(rules, ticket);
  if (refusal) return { ok: false, code: "ticket/refused", detail: refusal };
  if (!rules.alongside) {
    const held = await heldElsewhere(parts, request, { claim, people });
    if (held !== undefined) return held;
    const wanted = people.map(({ userId, claim: row }) => ({ userId, version: row?.version }));
    if (!(await claimAll(parts, wanted, claim))) return { again: undefined };
  }
  const written = await writeTicket(parts, { request, ticket, wishHash: claim.wishHash, asked });
  if (!("ok" in written) || written.ok) return written;
  if (!rules.alongside)
    await letGo(
      parts,
      people.map(({ userId }) => userId),
      ticket.id,
    );
  return written;
}

/** What keeps one of the players from queueing; undefined when nothing does. */
async function heldElsewhere(
  parts: MatchmakingParts,
  { userId: asking }: NewTicketRequest,
  { claim, people }: Pick<KnownPlayers, "claim" | "people">,
): Promise<CreateRefused | Contended | undefined> {
  for (const { userId, claim: row } of people) {
    const holding = await holdingOf(parts, { userId, row, request: claim });
    // Taken by this request in an earlier try.
    if (holding.kind === "free" || (holding.kind === "same" && holding.ticketId === claim.ticketId)) continue;
    if (holding.kind === "same") return { again: holding.ticketId };
    return refusalOf(holding, userId === asking ? "you are" : `${userId} is`);
  }
  return undefined;
}

function refusalOf(holding: Exclude<ClaimHolding, { kind: "free" | "same" }>, who: string): CreateRefused {
  switch (holding.kind) {
    case "other-wish":
      return conflict;
    case "waits": {
      const { queue, ticketId, making } = holding;
      const detail = `${who} waiting in the queue "${queue}" with another ticket`;
      return { ok: false, code: "ticket/already-waiting", detail, ...(!making && { ticketId }) };
    }
    case "plays": {
      const { queue, matchId } = holding;
      const detail = `${who} in the match "${matchId}" of the queue "${queue}": go back to it, or leave it`;
      return { ok: false, code: "ticket/in-match", detail, matchId };
    }
  }
}

const conflict: CreateRefused = {
  ok: false,
  code: "ticket/idempotency-conflict",
  detail: "an earlier request with this Idempotency-Key asked for something else",
};

async function writeTicket(
  { store, nowMs, metrics = noMatchmakingMetrics }: MatchmakingParts,
  given: { request: NewTicketRequest; ticket: Ticket; wishHash: string; asked: Row | undefined },
): Promise<CreateTicketResult | Contended> {
  const { request, ticket } = given;
  const part = queuePart(ticket.queue);
  const asking = askedKey(request.userId, request.idempotencyKey);
  const players = ticket.players.map(({ userId }) => playerKey(userId));
  const answer: AskedBefore = { ticketId: ticket.id, wishHash: given.wishHash };
  const result = await store.commit(part, {
    expect: [
      { key: asking, version: given.asked?.version ?? absent },
      ...players.map((key) => ({ key, version: absent })),
    ],
    put: [
      ...newTicketPuts(ticket, nowMs()),
      { key: asking, value: JSON.stringify(answer), keepMs: askedKeptMs },
    ],
  });
  if (result.ok) {
    metrics.ticketCreated(ticket.queue);
    return { ok: true, created: true, ticket, version: result.versions[0]! };
  }
  if (result.reason === "feed-full")
    return { ok: false, code: "queue/full", detail: `the queue "${ticket.queue}" takes no more tickets` };
  const taken = players.find((key) => result.keys.includes(key));
  if (!taken || result.keys.includes(asking)) return { again: undefined };
  const [holder] = await store.read(part, [taken]);
  // The other ticket has been released in between.
  if (!holder) return { again: undefined };
  const who = taken.slice(playerKey("").length);
  const detail = `${who === request.userId ? "you are" : `${who} is`} waiting in this queue with another ticket`;
  return { ok: false, code: "ticket/already-waiting", detail, ticketId: holder.value };
}

/** The result of an earlier request with this key; undefined when its ticket is gone and the key is free again. */
async function earlierTicket(
  { store }: MatchmakingParts,
  { asked, wishHash, part }: { asked: Row; wishHash: string; part: string },
): Promise<CreateTicketResult | undefined> {
  const earlier = JSON.parse(asked.value) as AskedBefore;
  if (earlier.wishHash !== wishHash) return conflict;
  const [row] = await store.read(part, [ticketKey(earlier.ticketId)]);
  const found = ticketRow(row);
  return found && { ok: true, created: false, ...found };
}
