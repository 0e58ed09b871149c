/**
 * What a player can do with a ticket: read it, wait for its next change, take it back. Any instance answers for any
 * ticket. Another user's ticket looks like a missing one.
 */

import { queuePart } from "../../ratings/rating-rows.ts";
import type { Version } from "../../rows/store.ts";
import { again, uncontended } from "../../rows/uncontended.ts";
import { noMatchmakingMetrics } from "../matchmaking-metrics.ts";
import type { MatchmakingParts } from "../parts.ts";
import { type TicketRow, ticketChange, ticketKey, ticketRow } from "./rows.ts";
import { hasEnded, holdsPlayer, queueOfTicket, ticketBase, waitedSeconds } from "./ticket.ts";

/** A request waits at most this long; then it gets the ticket as it is. */
const waitMsMax = 60_000;
/** The ticket is read again after this time even without news: news can be lost, the ticket cannot. */
const readAgainMs = 5000;

export interface TicketOfUser {
  readonly ticketId: string;
  /** The caller. */
  readonly userId: string;
}

interface UnknownTicket {
  readonly ok: false;
  readonly code: "ticket/unknown";
  readonly detail: string;
}

export type TicketResult = ({ readonly ok: true } & TicketRow) | UnknownTicket;

export async function readTicket(parts: MatchmakingParts, asked: TicketOfUser): Promise<TicketResult> {
  const queue = queueOfTicket(asked.ticketId);
  if (queue === undefined || !parts.queues.has(queue)) return unknownTicket(asked);
  const [row] = await parts.store.read(queuePart(queue), [ticketKey(asked.ticketId)]);
  const found = ticketRow(row);
  return found && holdsPlayer(found.ticket, asked.userId) ? { ok: true, ...found } : unknownTicket(asked);
}

/**
 * The ticket as soon as it differs from the known version, has ended, or the time is over.
 * @param asked `signal` ends the waiting early, for example when the caller disconnects
 */
export async function waitForTicket(
  parts: MatchmakingParts,
  asked: TicketOfUser & { known?: Version; waitMs: number; signal?: AbortSignal },
): Promise<TicketResult> {
  const first = await readTicket(parts, asked);
  const known = asked.known ?? (first.ok ? first.version : undefined);
  const isNews = (result: TicketResult) => !result.ok || result.version !== known || hasEnded(result.ticket);
  if (isNews(first) || asked.waitMs <= 0) return first;

  const untilMs = parts.steadyMs() + Math.min(asked.waitMs, waitMsMax);
  const bell = new Bell();
  const ring = () => bell.ring();
  const part = queuePart(queueOfTicket(asked.ticketId)!);
  const stop = await parts.store.watch(part, ticketKey(asked.ticketId), ring);
  asked.signal?.addEventListener("abort", ring);
  try {
    for (;;) {
      // Read after the watch began, and before every wait, so that no change is missed.
      const now = await readTicket(parts, asked);
      const leftMs = untilMs - parts.steadyMs();
      if (isNews(now) || leftMs <= 0 || asked.signal?.aborted) return now;
      const callOff = parts.later(Math.min(leftMs, readAgainMs), ring);
      await bell.rung();
      callOff();
    }
  } finally {
    asked.signal?.removeEventListener("abort", ring);
    stop();
  }
}

export type CancelResult =
  | ({ readonly ok: true } & TicketRow)
  | UnknownTicket
  | { readonly ok: false; readonly code: "ticket/not-cancellable"; readonly detail: string };

/** Any of its players may cancel it. Cancelling a cancelled ticket succeeds. */
export async function cancelTicket(parts: MatchmakingParts, asked: TicketOfUser): Promise<CancelResult> {
  const { metrics = noMatchmakingMetrics } = parts;
  return uncontended(`cancelling ticket ${asked.ticketId} failed`, async () => {
    const found = await readTicket(parts, asked);
    if (!found.ok || found.ticket.state === "cancelled") return found;
    const { ticket } = found;
    if (hasEnded(ticket))
      return { ok: false, code: "ticket/not-cancellable", detail: `the ticket is ${ticket.state}` };
    const endedAtMs = parts.nowMs();
    const to = { ...ticketBase(ticket), state: "cancelled", endedAtMs } as const;
    const change = ticketChange([{ from: found, to }], endedAtMs);
    const result = await parts.store.commit(queuePart(ticket.queue), change);
    if (!result.ok) return again;
    metrics.ticketEnded(ticket.queue, "cancelled", waitedSeconds(to));
    return { ok: true, ticket: to, version: result.versions[0]! };
  });
}

function unknownTicket({ ticketId }: TicketOfUser): UnknownTicket {
  return { ok: false, code: "ticket/unknown", detail: `you have no ticket ${ticketId}` };
}

/** Remembers a ring until it is heard. */
class Bell {
  #next = Promise.withResolvers<void>();

  ring(): void {
    this.#next.resolve();
  }

  async rung(): Promise<void> {
    await this.#next.promise;
    this.#next = Promise.withResolvers<void>();
  }
}
