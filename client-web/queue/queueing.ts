/**
 * From Play to a seat: creates the ticket, or goes on with an existing one (the page was reloaded, the party's leader
 * queued), follows it on the screen, and queues again when the player wants to. The tab keeps the ticket's id until the
 * match has been joined.
 */
import { type ApiAccess, ApiError } from "../../shared/client/api.ts";
import { measureRoundTrips } from "../../shared/client/round-trips.ts";
import {
  cancelTicket,
  createTicket,
  followTicket,
  newKey,
  type Queued,
  type QueueResult,
  readTicket,
  ticketIn,
} from "../../shared/client/tickets.ts";
import type { AssignmentInfo, QueueInfo } from "../../shared/wire/tickets.ts";
import { inWords } from "../errors-in-words.ts";
import { hasTexts, kept, type StoredValue } from "../kept.ts";
import type { OwnParty } from "../party/own-party.ts";
import type { PagePlayer } from "../player/player.ts";
import { type RatingBefore, ratingIn, stranger } from "../rating/standing.ts";
import { QueueScreen } from "./queue-screen.ts";

/** How often the rating window on the screen is refreshed; a change of the ticket is shown at once. */
const waitSeconds = 4;
/** With pauses that grow to 2 s, an absent server is asked for about six minutes. */
const attemptsMax = 200;

export interface QueueingParts {
  readonly player: PagePlayer;
  readonly party: OwnParty;
  readonly queue: QueueInfo;
  /** An existing ticket to go on with. */
  readonly ticketId?: string | undefined;
}

export type QueueEnd =
  | {
      readonly kind: "assigned";
      readonly assignment: AssignmentInfo;
      /** Undefined when it could not be read. */
      readonly before: RatingBefore | undefined;
    }
  /** The player is in a match of a queue, to which they must return. */
  | { readonly kind: "back"; readonly matchId: string }
  | { readonly kind: "home"; readonly message: string };

interface KeptTicket {
  readonly id: string;
  readonly queue: string;
}

export const keptTicket: StoredValue<KeptTicket> = kept(
  sessionStorage,
  "holdfast-ticket",
  (value): value is KeptTicket => hasTexts(value, ["id", "queue"]),
);

export async function queueing(host: HTMLElement, parts: QueueingParts): Promise<QueueEnd> {
  for (let ticketId = parts.ticketId; ; ticketId = undefined) {
    const screen = new QueueScreen(host, parts.queue);
    const before = ratingBefore(parts);
    try {
      const end = await searched(screen, parts, ticketId);
      if (end.kind === "assigned") return { ...end, before: await before };
      keptTicket.clear();
      const message = screen.cancelled.aborted ? "" : "The search was cancelled.";
      if (end.kind === "cancelled") return { kind: "home", message };
      if (!(await screen.askAgain("No match came together in time."))) return { kind: "home", message: "" };
    } catch (error) {
      keptTicket.clear();
      if (error instanceof ApiError && error.matchId !== undefined)
        return { kind: "back", matchId: error.matchId };
      if (screen.cancelled.aborted) return { kind: "home", message: inWords(error) };
      if (!(await screen.askAgain(inWords(error)))) return { kind: "home", message: "" };
    } finally {
      screen.close();
    }
  }
}

function searched(
  screen: QueueScreen,
  { player, party, queue }: QueueingParts,
  ticketId: string | undefined,
): Promise<QueueResult> {
  return player.as(async (access) => {
    const ticket = await (ticketId === undefined
      ? newTicket(access, party, queue)
      : readTicket(access, ticketId));
    keptTicket.set({ id: ticket.id, queue: queue.name });
    party.knowsTicket(ticket.id);
    return followTicket({ ...access, attemptsMax }, ticket, {
      waitSeconds,
      signal: screen.cancelled,
      onTicket: (heard) => screen.heard(heard),
      onTrouble: () => screen.trouble(),
    });
  });
}

/**
 * Creates a ticket. If a page that was closed while it queued left one behind, the player goes on with it, or it is
 * cancelled for another queue.
 */
async function newTicket(
  access: ApiAccess,
  party: OwnParty,
  { name, regionUrls = {} }: QueueInfo,
): Promise<Queued> {
  const together = await party.agreed();
  // Members of a party say it when they agree.
  const own =
    together === undefined ? { latencyMs: await measureRoundTrips(regionUrls) } : { party: together };
  const request = { queue: name, ...own };
  try {
    return await ticketIn(access, request);
  } catch (error) {
    if (!(error instanceof ApiError) || error.ticketId === undefined || together !== undefined) throw error;
    await cancelTicket(access, error.ticketId);
    return createTicket(access, request, newKey());
  }
}

async function ratingBefore({ player, queue }: QueueingParts): Promise<RatingBefore | undefined> {
  try {
    return await player.as(
      async (access) => (await ratingIn(access, queue.name, player.userId!)) ?? stranger,
    );
  } catch {
    return undefined;
  }
}
