/**
 * Queueing as a client does it: one ticket under one key, asked for until it has ended. A ticket is the server's: if
 * the instance that was asked dies, the next one answers.
 */
import type { AssignmentInfo, TicketInfo, TicketRequest } from "../wire/tickets.ts";
import { type Answered, type ApiAccess, ApiError, ask, mayPass } from "./api.ts";

/** One question waits at the server for this long. */
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

/** The ticket as it is now. @throws ApiError `ticket/unknown` when it is not the caller's, or ended long ago */
export function readTicket(access: ApiAccess, id: string, signal?: AbortSignal): Promise<Queued> {
  return ask(access, "readTicket", { params: { id }, ...(signal !== undefined && { signal }) });
}

export interface WaitOptions {
  /** Every answer on the way, the first one included. */
  readonly onTicket?: (ticket: TicketInfo) => void;
  /** No answer: it is asked again, as often as `attemptsMax` says. The next `onTicket` says that it is over. */
  readonly onTrouble?: (error: ApiError) => void;
  /** Aborted: the player does not want to any more. The ticket is taken back. */
  readonly signal?: AbortSignal;
  readonly waitSeconds?: number;
}

export type QueueResult =
  | { readonly kind: "assigned"; readonly assignment: AssignmentInfo; readonly origin: string }
  | { readonly kind: "expired" | "cancelled" };

/**
 * Waits in a queue until the ticket has ended, one way or another; with the ticket that waits there already, if there
 * is one, as after a match that was called off. @throws ApiError
 */
export async function queueForMatch(
  access: ApiAccess,
  request: TicketRequest,
  waiting: WaitOptions = {},
): Promise<QueueResult> {
  return followTicket(access, await ticketIn(access, request), waiting);
}

/** The one that waits in this queue already, or a new one. @throws ApiError */
export async function ticketIn(access: ApiAccess, request: TicketRequest): Promise<Queued> {
  try {
    return await createTicket(access, request, newKey());
  } catch (error) {
    if (!(error instanceof ApiError) || error.ticketId === undefined) throw error;
    // Somebody else's of the party is none of ours to read.
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

/** For a request that may be repeated. `crypto.randomUUID` is not there on a page without https. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** After a question that nobody answered the next ones do not wait at the server, so that its return is seen at once. */
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

/** The ticket as it ended: who is assigned at the last moment is told so. Somebody waits for it: not for long. */
async function takenBack(access: ApiAccess, { id }: TicketInfo): Promise<Queued> {
  const { attemptsMax: _, ...briefly } = access;
  try {
    return await cancelTicket(briefly, id);
  } catch (error) {
    if (error instanceof ApiError && error.code === "ticket/not-cancellable") return readTicket(briefly, id);
    throw error;
  }
}
