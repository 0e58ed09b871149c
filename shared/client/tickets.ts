/**
 * Queueing as a client does it: one ticket under one key, followed until it has ended. The store keeps the ticket: if
 * the instance that was asked dies, the next one answers.
 */
import type { AssignmentInfo, TicketInfo, TicketRequest } from "../wire/tickets.ts";
import { type Answered, type ApiAccess, ApiError, ask, mayPass } from "./api.ts";

/** How long the server holds one request. */
const waitSecondsDefault = 25;
/** The answer to a held request may take this much longer. */
const answerMsMax = 5000;

export type Queued = TicketInfo & Answered;

/** @param key a request that is repeated under the same key leads to the same ticket. @throws ApiError */
export function createTicket(access: ApiAccess, request: TicketRequest, key: string): Promise<Queued> {
  return ask(access, "createTicket", { body: request, idempotencyKey: key });
}

/** The ticket once it has another version than the known one, or unchanged after a while. @throws ApiError */
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

/** The ticket as it is now. @throws ApiError `ticket/unknown` when it is not the caller's, or ended long ago */
export function readTicket(access: ApiAccess, id: string, signal?: AbortSignal): Promise<Queued> {
  return ask(access, "readTicket", { params: { id }, ...(signal !== undefined && { signal }) });
}

export interface WaitOptions {
  /** Every answer on the way, the first one included. */
  readonly onTicket?: (ticket: TicketInfo) => void;
  /** There was no answer; the request is repeated, `attemptsMax` times at most. The next `onTicket` ends the trouble. */
  readonly onTrouble?: (error: ApiError) => void;
  /** Aborted when the player changes their mind; the ticket is then cancelled. */
  readonly signal?: AbortSignal;
  readonly waitSeconds?: number;
}

export type QueueResult =
  | { readonly kind: "assigned"; readonly assignment: AssignmentInfo; readonly origin: string }
  | { readonly kind: "expired" | "cancelled" };

/**
 * Waits in a queue until the ticket has ended, one way or another. It uses the ticket that waits there already, if
 * there is one, as after a match that was called off. @throws ApiError
 */
export async function queueForMatch(
  access: ApiAccess,
  request: TicketRequest,
  waiting: WaitOptions = {},
): Promise<QueueResult> {
  return followTicket(access, await ticketIn(access, request), waiting);
}

/** The ticket that waits in this queue already, or a new one. @throws ApiError */
export async function ticketIn(access: ApiAccess, request: TicketRequest): Promise<Queued> {
  try {
    return await createTicket(access, request, newKey());
  } catch (error) {
    if (!(error instanceof ApiError) || error.ticketId === undefined) throw error;
    // A ticket of another party member cannot be read.
    const found = await readTicket(access, error.ticketId).catch(() => undefined);
    if (found?.queue !== request.queue || found.partyId !== request.party?.id) throw error;
    return found;
  }
}

/** The same for a ticket that is there already, as after a page was reloaded. @throws ApiError */
export async function followTicket(
  access: ApiAccess,
  first: Queued,
  waiting: WaitOptions = {},
): Promise<QueueResult> {
  for (let ticket = first; ; ) {
    waiting.onTicket?.(ticket);
    if (ticket.state === "assigned")
      return { kind: "assigned", assignment: ticket.assignment, origin: ticket.origin };
    if (ticket.state === "expired" || ticket.state === "cancelled") return { kind: ticket.state };
    ticket = waiting.signal?.aborted
      ? await takenBack(access, ticket)
      : await heardNext(access, ticket, waiting).catch((error) => {
          if (waiting.signal?.aborted) return ticket;
          throw error;
        });
  }
}

/** A key for a request that may be repeated. A page without https has no `crypto.randomUUID`. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** After a request without an answer the next ones are not held by the server, so that its return is seen at once. */
async function heardNext(access: ApiAccess, ticket: Queued, waiting: WaitOptions): Promise<Queued> {
  const { signal, waitSeconds, onTrouble } = waiting;
  const options = {
    ...(signal !== undefined && { signal }),
    ...(waitSeconds !== undefined && { waitSeconds }),
  };
  try {
    return await nextTicket({ ...access, attemptsMax: 1 }, ticket, options);
  } catch (error) {
    if (!(error instanceof ApiError) || !mayPass(error) || signal?.aborted) throw error;
    onTrouble?.(error);
    return readTicket(access, ticket.id, signal);
  }
}

/** The cancelled ticket, or the assignment that was quicker. The player waits for this, so its limits are short. */
async function takenBack(access: ApiAccess, { id }: TicketInfo): Promise<Queued> {
  const { attemptsMax: _, ...briefly } = access;
  try {
    return await cancelTicket(briefly, id);
  } catch (error) {
    if (error instanceof ApiError && error.code === "ticket/not-cancellable") return readTicket(briefly, id);
    throw error;
  }
}
