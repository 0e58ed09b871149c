/**
 * Queueing as a client does it: one ticket under one key, asked for until it has ended. A ticket is the server's: if
 * the instance that was asked dies, the next one answers.
 */
import type { AssignmentInfo, TicketInfo, TicketRequest } from "../wire/tickets.ts";
import { type Answered, type ApiAccess, ApiError, ask } from "./api.ts";

/** One question waits at the server for so long. */
const waitSecondsDefault = 25;
/** The answer to a question that waits may take this much longer than the wait. */
const answerMsMax = 5000;

export type Queued = TicketInfo & Answered;

/** @param key the same for a request that is repeated: it leads to the same ticket. @throws ApiError */
export function createTicket(access: ApiAccess, request: TicketRequest, key: string): Promise<Queued> {
  return ask(access, "createTicket", { body: request, idempotencyKey: key });
}

/** The ticket when it is another version than the known one, or as it is after a while. @throws ApiError */
export function nextTicket(
  access: ApiAccess,
  known: Pick<TicketInfo, "id" | "version">,
  { waitSeconds = waitSecondsDefault, signal }: { waitSeconds?: number; signal?: AbortSignal } = {},
): Promise<Queued> {
  return ask({ ...access, timeoutMs: waitSeconds * 1000 + answerMsMax }, "readTicket", {
    params: { id: known.id },
    query: { waitSeconds, known: known.version },
    ...(signal !== undefined && { signal }),
  });
}

/** @throws ApiError `ticket/not-cancellable` when it was assigned before */
export function cancelTicket(access: ApiAccess, id: string): Promise<Queued> {
  return ask(access, "cancelTicket", { params: { id } });
}

export interface Waiting {
  /** Every answer on the way, the first one included. */
  readonly onTicket?: (ticket: TicketInfo) => void;
  /** Aborted: the player does not want to any more. The ticket is taken back. */
  readonly signal?: AbortSignal;
  readonly waitSeconds?: number;
}

export type QueueResult =
  | { readonly kind: "assigned"; readonly assignment: AssignmentInfo; readonly origin: string }
  | { readonly kind: "expired" | "cancelled" };

/** Waits in a queue until the ticket has ended, one way or another. @throws ApiError */
export async function queueForMatch(
  access: ApiAccess,
  request: TicketRequest,
  { onTicket, signal, waitSeconds }: Waiting = {},
): Promise<QueueResult> {
  let ticket = await createTicket(access, request, crypto.randomUUID());
  for (;;) {
    onTicket?.(ticket);
    if (ticket.state === "assigned")
      return { kind: "assigned", assignment: ticket.assignment, origin: ticket.origin };
    if (ticket.state === "expired" || ticket.state === "cancelled") return { kind: ticket.state };
    const options = {
      ...(signal !== undefined && { signal }),
      ...(waitSeconds !== undefined && { waitSeconds }),
    };
    ticket = signal?.aborted
      ? await takenBack(access, ticket)
      : await nextTicket(access, ticket, options).catch((error) => {
          if (signal?.aborted) return ticket;
          throw error;
        });
  }
}

/** The ticket as it ended: who is assigned at the last moment is told so. */
async function takenBack(access: ApiAccess, { id }: TicketInfo): Promise<Queued> {
  try {
    return await cancelTicket(access, id);
  } catch (error) {
    if (error instanceof ApiError && error.code === "ticket/not-cancellable")
      return ask(access, "readTicket", { params: { id } });
    throw error;
  }
}
