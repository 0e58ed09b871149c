/**
 * Seats that a queue asks for: a new match for a proposal, or free seats of a running match, all of them or none. A
 * booked seat belongs to its player while the match waits for them (invitations.ts), even after Colyseus' reservation
 * (15 s) expires. A match to which nobody comes ends by its own rules.
 */
import { matchMaker } from "@colyseus/core";
import type { AnyGame, Seat } from "../../shared/game/game.ts";
import type { BookingRequest, BookingResponse, Invited, MatchOrigin } from "../../shared/wire/booking.ts";
import type { MatchHost } from "../match/host.ts";
import { listingOf } from "./colyseus-internals/room-internals.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { Invitations } from "./invitations.ts";
import type { Ordered } from "./ordered.ts";
import type { BarredCheck } from "./put-out.ts";
import { bookedJoin, hostedOf, type ReservationRefusal, refusalOf, refused, reserve } from "./reservation.ts";

/** Answers are kept so that a request whose answer was lost gets the same one again. */
const rememberedMax = 1000;

export type BookingOutcome = { readonly ok: true; readonly response: BookingResponse } | ReservationRefusal;

type BookedPlayer = BookingRequest["players"][number];

export interface BookingParts {
  /** Tells whether a ban or a sign-out applies to a user. */
  readonly barred: BarredCheck;
  /** The present session era of a user. A booked seat ends when the sessions of that era are signed out. */
  readonly eraOf: (userId: string) => number;
  /** Durable rooms among them. */
  readonly games: readonly AnyGame[];
  readonly host: MatchHost<OutFrame>;
  readonly invitations: Invitations;
  readonly ordered: Ordered;
  readonly log: (message: string, details: object) => void;
}

export class Bookings {
  readonly #parts: BookingParts;
  /** By proposal id, oldest first. */
  readonly #answers = new Map<string, Promise<BookingOutcome>>();

  constructor(parts: BookingParts) {
    this.#parts = parts;
  }

  /** Gives the same answer for the same proposal. @throws what Colyseus throws, except refusals */
  book(request: BookingRequest): Promise<BookingOutcome> {
    const { proposalId } = request;
    const earlier = this.#answers.get(proposalId);
    if (earlier !== undefined) return earlier;
    const answer = this.#book(request).catch((error: Error) => refusalOf(error));
    this.#answers.set(proposalId, answer);
    if (this.#answers.size > rememberedMax) this.#answers.delete(this.#answers.keys().next().value!);
    return answer;
  }

  async #book(request: BookingRequest): Promise<BookingOutcome> {
    for (const { userId } of request.players) {
      const why = this.#parts.barred({ userId });
      if (why !== undefined) return refused(why, `${userId} may not play here`);
    }
    const matchId = request.matchId ?? (await this.#newMatch(request.newMatch!, request.players));
    if (typeof matchId !== "string") return matchId;
    const room = hostedOf(matchId);
    const origin = this.#parts.host.originOf(matchId);
    if (room === undefined || origin === undefined)
      return refused("match/unknown", `no running match "${matchId}" of a queue`);
    if (room.live.match.outcome !== undefined) return refused("match/over", `match "${matchId}"`);
    const here = new Set(room.seating.seated().map(({ userId }) => userId));
    const twice = request.players.find(({ userId }) => here.has(userId));
    if (twice !== undefined) return refused("seat/already-yours", `${twice.userId} is in match "${matchId}"`);
    const { invitations } = this.#parts;
    if (invitations.calledOff(matchId)) return refused("match/over", `match "${matchId}" was called off`);
    const invited =
      request.matchId === undefined
        ? origin.invited
        : invitedTo(request.players, origin, invitations.freeSeats(room));
    if (invited === undefined) return refused("seat/full", `match "${matchId}" has too few free seats`);
    const isLate = request.matchId !== undefined;
    if (isLate) invitations.add(room, invited);
    // All at once: between two reservations another booking would see a seat as free that is not.
    const reserved = request.players.map(async ({ userId, name, profile }, at) => {
      const session = { id: "", era: this.#parts.eraOf(userId) };
      const known = { ...(name !== undefined && { name }), ...(profile !== undefined && { profile }) };
      const { seat } = invited[at]!;
      const join = bookedJoin(room, { seat, name, origin });
      return [
        userId,
        await reserve(listingOf(room.room), join, { userId, session, ...known, seat }),
      ] as const;
    });
    const reservations = await Promise.all(reserved).catch((error) => {
      if (isLate) invitations.withdraw(room, invited);
      throw error;
    });
    return { ok: true, response: { matchId, reservations: Object.fromEntries(reservations) } };
  }

  /** @returns the id of the match */
  async #newMatch(
    { game, options, bots, origin }: NonNullable<BookingRequest["newMatch"]>,
    players: readonly BookedPlayer[],
  ): Promise<string | ReservationRefusal> {
    const { games, ordered } = this.#parts;
    const rules = games.find(({ name }) => name === game);
    if (rules === undefined) return refused("game/unknown", `no game "${game}" here`);
    const { teams, teamSize } = origin;
    const seats = Array.from({ length: teams * teamSize }, (_, seat) => seat);
    const invited = invitedTo(players, origin, seats);
    if (invited === undefined) return refused("seat/full", "there are more players than seats of their side");
    const lineUp = { teamSize, bots: botSeats(bots, teamSize) };
    const made = await ordered.during({ origin: { ...origin, invited } }, (booking) =>
      rules.isRoom
        ? matchMaker.handleCreateRoom(
            game,
            { ...options, queue: told(origin, { invited, bots: lineUp.bots, players }) },
            undefined,
            booking,
          )
        : matchMaker.handleCreateRoom(game, {
            options: rules.queueOptions?.(options, lineUp) ?? options,
            booking,
          }),
    );
    const tooSmall = this.#tooSmall(made.roomId, seats.length);
    return tooSmall ?? made.roomId;
  }

  /** A room of Colyseus says for how many it is once it is there. */
  #tooSmall(matchId: string, seats: number): ReservationRefusal | undefined {
    const room = hostedOf(matchId);
    if (room === undefined || room.room.maxClients >= seats) return undefined;
    const { maxClients, roomName } = room.room;
    this.#parts.log("a queue has more seats than its room lets in", { room: roomName, seats, maxClients });
    room.callOff();
    return refused("seat/full", `the queue has ${seats} seats, and its room lets ${maxClients} in`);
  }
}

/** What a durable room is told of its queue, beside the queue's options. */
function told(
  { queue, region, mode, teams, teamSize }: MatchOrigin,
  line: { invited: readonly Invited[]; bots: readonly Seat[]; players: readonly BookedPlayer[] },
) {
  const players = line.invited.map(({ userId, seat }) => {
    const { name } = line.players.find((each) => each.userId === userId)!;
    return { userId, seat, team: Math.floor(seat / teamSize), ...(name !== undefined && { name }) };
  });
  const how = { name: queue, region, ...(mode !== undefined && { mode }), teams, teamSize };
  return { ...how, players, bots: line.bots };
}

/** Bots take the last seats of their side. */
function botSeats(bots: readonly number[], teamSize: number): Seat[] {
  return bots.flatMap((count, team) =>
    Array.from({ length: count }, (_, at) => (team + 1) * teamSize - count + at),
  );
}

/** A seat for each player, the first free ones of their side; undefined when a side has too few. */
function invitedTo(
  players: readonly BookedPlayer[],
  { teamSize }: MatchOrigin,
  free: readonly Seat[],
): Invited[] | undefined {
  const left = new Set(free);
  const invited: Invited[] = [];
  for (const { userId, team, ticketId } of players) {
    const seat = [...left].find((each) => Math.floor(each / teamSize) === team);
    if (seat === undefined) return undefined;
    left.delete(seat);
    invited.push({ userId, seat, ...(ticketId !== undefined && { ticketId }) });
  }
  return invited;
}
