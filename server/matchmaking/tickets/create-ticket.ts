/**
 * Puts a player or a party into a queue. Asked twice under one Idempotency-Key it answers with the same ticket,
 * whichever instance is asked and however many at once; a key is one user's, in one queue. It writes the ticket
 * and the claim on each of its players at once, or nothing.
 */
import { createHash } from "node:crypto";
import { StoreError } from "../../store-error.ts";
import { contendedTriesMax, type MatchmakingParts, queuePart } from "../parts.ts";
import { ticketRefusal } from "../queues.ts";
import { newRating } from "../rating.ts";
import { playerRating, ratingKey } from "../ratings/rating-rows.ts";
import { absent, type Row } from "../store.ts";
import { askedKey, newTicketPuts, playerKey, type TicketRow, ticketKey, ticketRow } from "./rows.ts";
import { type Ticket, ticketId } from "./ticket.ts";

/** How long a ticket waits at most. */
export const ticketMsMax = 15 * 60_000;
/** Not longer than a ticket can be read after it was made. */
const askedKeptMs = 10 * 60_000;
const idLength = 16;

export interface TicketWish {
  readonly queue: string;
  /** At least one; a party's members in one order, or a repeated request would look like another. */
  readonly players: readonly {
    readonly userId: string;
    readonly name?: string;
    readonly roles?: readonly string[];
  }[];
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly mode?: string;
  readonly backfill: boolean;
  readonly partyId?: string;
}

export interface TicketRequest {
  /** Who asks; one of the players. */
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly wish: TicketWish;
}

type CreateRefusal =
  | "queue/unknown"
  | "queue/full"
  | "ticket/refused"
  | "ticket/already-waiting"
  | "ticket/idempotency-conflict";

export type CreateTicketResult =
  /** `created` false: the ticket was made by an earlier request with this key. */
  | ({ readonly ok: true; readonly created: boolean } & TicketRow)
  | {
      readonly ok: false;
      readonly code: CreateRefusal;
      readonly detail: string;
      /** Of `ticket/already-waiting`, so that the caller can cancel it. */
      readonly ticketId?: string;
    };

interface Asked {
  readonly ticketId: string;
  readonly wishHash: string;
}

export async function createTicket(
  parts: MatchmakingParts,
  request: TicketRequest,
): Promise<CreateTicketResult> {
  const { wish } = request;
  const rules = parts.queues.get(wish.queue);
  if (!rules) return { ok: false, code: "queue/unknown", detail: `there is no queue "${wish.queue}"` };
  const wishHash = hashOf(wish);
  const part = queuePart(wish.queue);
  for (let tries = 0; tries < contendedTriesMax; tries++) {
    const [asked, ...ratings] = await parts.store.read(part, [
      askedKey(request.userId, request.idempotencyKey),
      ...wish.players.map(({ userId }) => ratingKey(userId)),
    ]);
    if (asked) {
      const earlier = await earlierTicket(parts, { asked, wishHash, part });
      if (earlier) return earlier;
    }
    const ticket = newTicket(parts, wish, ratings);
    const refusal = ticketRefusal(rules, ticket);
    if (refusal) return { ok: false, code: "ticket/refused", detail: refusal };
    const written = await writeTicket(parts, { request, ticket, wishHash, asked });
    if (written.ok) return written;
    if (written.code !== "contended") return written;
  }
  throw new StoreError("store/contended", `creating a ticket of ${request.userId} in ${wish.queue} failed`);
}

type Written = CreateTicketResult | { readonly ok: false; readonly code: "contended" };

async function writeTicket(
  { store, nowMs }: MatchmakingParts,
  given: { request: TicketRequest; ticket: Ticket; wishHash: string; asked: Row | undefined },
): Promise<Written> {
  const { request, ticket } = given;
  const part = queuePart(ticket.queue);
  const asking = askedKey(request.userId, request.idempotencyKey);
  const players = ticket.players.map(({ userId }) => playerKey(userId));
  const answer: Asked = { ticketId: ticket.id, wishHash: given.wishHash };
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
  if (result.ok) return { ok: true, created: true, ticket, version: result.versions[0]! };
  if (result.reason === "feed-full")
    return { ok: false, code: "queue/full", detail: `the queue "${ticket.queue}" takes no more tickets` };
  const taken = players.find((key) => result.keys.includes(key));
  if (!taken || result.keys.includes(asking)) return { ok: false, code: "contended" };
  const [holder] = await store.read(part, [taken]);
  // It was let go in between.
  if (!holder) return { ok: false, code: "contended" };
  const who = taken.slice(playerKey("").length);
  const detail = `${who === request.userId ? "you are" : `${who} is`} waiting in this queue with another ticket`;
  return { ok: false, code: "ticket/already-waiting", detail, ticketId: holder.value };
}

/** What an earlier request with this key led to; undefined: its ticket is gone, and the key is free again. */
async function earlierTicket(
  { store }: MatchmakingParts,
  { asked, wishHash, part }: { asked: Row; wishHash: string; part: string },
): Promise<CreateTicketResult | undefined> {
  const earlier = JSON.parse(asked.value) as Asked;
  if (earlier.wishHash !== wishHash)
    return {
      ok: false,
      code: "ticket/idempotency-conflict",
      detail: "an earlier request with this Idempotency-Key asked for something else",
    };
  const [row] = await store.read(part, [ticketKey(earlier.ticketId)]);
  const found = ticketRow(row);
  return found && { ok: true, created: false, ...found };
}

function newTicket(
  { nowMs, newName }: MatchmakingParts,
  wish: TicketWish,
  ratings: readonly (Row | undefined)[],
): Ticket {
  const createdAtMs = nowMs();
  const { queue, latencyMs, backfill, mode, partyId } = wish;
  return {
    id: ticketId(queue, newName(idLength)),
    queue,
    createdAtMs,
    expiresAtMs: createdAtMs + ticketMsMax,
    players: wish.players.map((player, at) => {
      const { mu, sigma } = playerRating(ratings[at]) ?? newRating();
      return { ...player, rating: { mu, sigma } };
    }),
    latencyMs,
    backfill,
    ...(mode !== undefined && { mode }),
    ...(partyId !== undefined && { partyId }),
    fellThrough: 0,
    state: "waiting",
    notBeforeMs: createdAtMs,
  };
}

/** The same for the same wish, in whatever order its fields came. */
function hashOf(wish: TicketWish): string {
  const inOrder = (_: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash("sha256").update(JSON.stringify(wish, inOrder)).digest("base64url");
}
