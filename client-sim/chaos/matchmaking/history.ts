/**
 * What the players of a run saw of tickets and matches, recorded as it came: every answer about a ticket that
 * differs from those before, every visit to a match, every result. It judges nothing; checker.ts does.
 */
import type { Outcome } from "../../../shared/game/game.ts";
import type { TicketInfo } from "../../../shared/wire/tickets.ts";

/** An answer about a ticket, as one of its players got it. */
export interface Sighting {
  readonly userId: string;
  /** Grows with every change of the ticket, and so tells which of two answers is the older one. */
  readonly version: number;
  readonly state: TicketInfo["state"];
  /** Unix ms of the server, when the ticket has ended. */
  readonly endedAtMs?: number;
  readonly seat?: { readonly matchId: string; readonly team: number; readonly sessionId: string };
}

export interface TicketSeen {
  readonly id: string;
  readonly queue: string;
  readonly userIds: readonly string[];
  readonly isParty: boolean;
  /** Unix ms of the server. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** In the order in which the answers came. */
  readonly sightings: Sighting[];
  /** Players who were told that there is no such ticket. */
  readonly unknownTo: string[];
  /** A player asked to cancel it. */
  cancelAsked: boolean;
}

/**
 * over: they were there at the end. deserted: they left before. walked-out: they left, and only the result tells whether that
 * was before the end. never-came: they did not take the seat. refused: they were
 * not admitted, but may have had the seat for a moment. too-late: the same, after they heard of their seat late. cut-off:
 * the server ended the connection.
 */
type AssignmentEnd = "over" | "deserted" | "walked-out" | "never-came" | "refused" | "too-late" | "cut-off";

/** What a player did with an assignment. Times are in ms by our clock. */
export interface AssignmentVisit {
  readonly userId: string;
  readonly ticketId: string;
  readonly queue: string;
  readonly matchId: string;
  readonly team: number;
  readonly end: AssignmentEnd;
  /** Present when they were admitted. */
  readonly seat?: number;
  readonly inAtMs?: number;
  /** When they asked to leave. */
  readonly leavingAtMs?: number;
  /** The message of a refusal or a cut. */
  readonly said?: string;
}

/** By user id and queue: the number of matches that count, as the server says at the end. */
export type MatchesRated = ReadonlyMap<string, Readonly<Record<string, number>>>;

export class Evidence {
  readonly tickets = new Map<string, TicketSeen>();
  /** By user and Idempotency-Key: ids of the tickets that it led to. */
  readonly keys = new Map<string, Set<string>>();
  readonly visits: AssignmentVisit[] = [];
  /** By match: names of those who played, as its result says, and of those among them who left before its end. */
  readonly results = new Map<string, ReadonlySet<string>>();
  readonly leavers = new Map<string, ReadonlySet<string>>();
  /** Unexpected refusals, in words. */
  readonly refusals: string[] = [];
  /** Tickets that still waited long after the last kill. */
  readonly hung: string[] = [];
  /** Matches that did not end. */
  readonly endless: string[] = [];
  /** Unix ms. */
  readonly killsAtMs: number[] = [];
  rated: MatchesRated = new Map();

  /** The first answer to a creation, or the next one under the same key. */
  created(userId: string, key: string, ticket: TicketInfo): void {
    const asked = `${userId} ${key}`;
    this.keys.set(asked, (this.keys.get(asked) ?? new Set()).add(ticket.id));
    this.saw(userId, ticket);
  }

  saw(userId: string, ticket: TicketInfo): void {
    const { sightings } = this.#ticket(ticket);
    const sighting = sightingOf(userId, ticket);
    const text = JSON.stringify(sighting);
    if (sightings.every((each) => JSON.stringify(each) !== text)) sightings.push(sighting);
  }

  sawResult(matchId: string, { players, left = [] }: Outcome): void {
    const leavers = left.map(({ name }) => name);
    const stayed = players.filter(({ bot }) => bot !== true).map(({ name }) => name);
    this.results.set(matchId, new Set([...stayed, ...leavers]));
    this.leavers.set(matchId, new Set(leavers));
  }

  #ticket(ticket: TicketInfo): TicketSeen {
    const known = this.tickets.get(ticket.id);
    if (known) return known;
    const { id, queue, players, partyId } = ticket;
    const seen: TicketSeen = {
      ...{ id, queue, isParty: partyId !== undefined, userIds: players.map(({ userId }) => userId) },
      createdAtMs: Date.parse(ticket.createdAt),
      expiresAtMs: Date.parse(ticket.expiresAt),
      ...{ sightings: [], unknownTo: [], cancelAsked: false },
    };
    this.tickets.set(id, seen);
    return seen;
  }
}

/** Invariant of a ticket: it was seen at least once. */
export const newest = ({ sightings }: Pick<TicketSeen, "sightings">): Sighting =>
  sightings.reduce((best, each) => (each.version >= best.version ? each : best));

export const hasEnded = ({ state }: Pick<Sighting, "state">): boolean =>
  state !== "waiting" && state !== "proposed";

function sightingOf(userId: string, ticket: TicketInfo): Sighting {
  const { state, version } = ticket;
  if (state === "waiting" || state === "proposed") return { userId, version, state };
  const ended = { userId, version, state, endedAtMs: Date.parse(ticket.endedAt) };
  if (state !== "assigned") return ended;
  const { matchId, team, reservation } = ticket.assignment;
  return { ...ended, seat: { matchId, team, sessionId: reservation.sessionId } };
}
