/**
 * The texts of the queueing screen, from the last received ticket and the time. Pure: it reads no clock and makes no
 * requests.
 */
import type { QueueInfo, TicketInfo } from "../../shared/wire/tickets.ts";
import { queueTitle } from "./queue-words.ts";

/** Shorter troubles are not shown: a server that is restarted is back within a second. */
const troubleMsMin = 1_500;

export interface SearchView {
  readonly queue: QueueInfo;
  /** Undefined until the first answer. */
  readonly ticket: TicketInfo | undefined;
  /** When that answer came, and when the search began on this page. */
  readonly heardAtMs: number;
  readonly nowMs: number;
  /** The time since which no server has answered, if so. */
  readonly troubleSinceMs: number | undefined;
  readonly isCancelling: boolean;
}

export interface SearchWords {
  readonly title: string;
  readonly tone: "calm" | "found" | "trouble";
  readonly clock: string;
  /** Title of the tab, for when another one is in front. */
  readonly tab: string;
  /** The ratings that are searched, in mu; undefined while there is no search. */
  readonly ratings: { readonly own: number; readonly from: number; readonly to: number } | undefined;
  readonly looking: string;
  readonly next: string;
  readonly regions: string;
}

export function searchWords(search: SearchView): SearchWords {
  const { queue, ticket } = search;
  const clock = clockText(waitedMs(search));
  const ratings = ratingsOf(ticket);
  const { title, tone } = headline(search);
  return {
    ...{ title, tone, clock, ratings },
    tab: tone === "found" ? "Match found!" : `${clock} · ${queueTitle(queue)}`,
    looking: ratings ? `Looking for players rated ${oneDigit(ratings.from)} to ${oneDigit(ratings.to)}.` : "",
    next: nextWords(search),
    // This page measures no round trips; without any, the matchmaker takes whichever region is free.
    regions: queue.regions.length > 1 ? `Played in ${queue.regions.join(" or ")}, wherever it is free.` : "",
  };
}

/** How long the ticket has waited: the server's figure plus the time since. */
function waitedMs({ ticket, heardAtMs, nowMs }: SearchView): number {
  // Both are by the server's clock, which may differ from this page's.
  if (ticket && "endedAt" in ticket) return Date.parse(ticket.endedAt) - Date.parse(ticket.createdAt);
  const sinceMs = Math.max(0, nowMs - heardAtMs);
  return isSearching(ticket) ? ticket.search.waitedMs + sinceMs : sinceMs;
}

function headline({ ticket, nowMs, troubleSinceMs, isCancelling, queue }: SearchView): {
  title: string;
  tone: SearchWords["tone"];
} {
  if (troubleSinceMs !== undefined && nowMs - troubleSinceMs >= troubleMsMin) {
    return { title: "Reconnecting… the search goes on.", tone: "trouble" };
  }
  if (ticket?.state === "assigned") return { title: "Match found. Going in…", tone: "found" };
  if (isCancelling) return { title: "Cancelling…", tone: "calm" };
  if (ticket?.state === "proposed") return { title: "Players found. Getting seats…", tone: "found" };
  return { title: `Looking for a match: ${queueTitle(queue)}`, tone: "calm" };
}

function ratingsOf(ticket: TicketInfo | undefined): SearchWords["ratings"] {
  if (!isSearching(ticket)) return undefined;
  const { rating, ratingWindow } = ticket.search;
  return { own: rating, from: rating - ratingWindow, to: rating + ratingWindow };
}

function nextWords(search: SearchView): string {
  const { queue, ticket } = search;
  if (!isSearching(ticket)) return "";
  if (ticket.state === "proposed") return "If one of them does not come, the search goes on.";
  if (queue.botsAfterSeconds === undefined) {
    const minutes = Math.round((Date.parse(ticket.expiresAt) - Date.parse(ticket.createdAt)) / 60_000);
    return `Only real players play here. The search ends after ${minutes} min.`;
  }
  const leftMs = queue.botsAfterSeconds * 1000 - waitedMs(search);
  if (leftMs > 0) return `Bots fill the empty seats in ${Math.ceil(leftMs / 1000)} s.`;
  return "Bots fill the empty seats any moment.";
}

type Searching = Extract<TicketInfo, { state: "waiting" | "proposed" }>;

function isSearching(ticket: TicketInfo | undefined): ticket is Searching {
  return ticket?.state === "waiting" || ticket?.state === "proposed";
}

export function oneDigit(rating: number): string {
  return rating.toFixed(1);
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
