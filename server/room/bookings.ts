/**
 * Seats that a queue asks for: a new match for a proposal, or free seats of a running one, all of them or none.
 * A booked seat is its player's alone, and is held for as long as Colyseus holds a reservation (15 s); then it is
 * free again. A match to which nobody comes ends by its own rules.
 */
import { randomUUID } from "node:crypto";
import { matchMaker } from "@colyseus/core";
import type { AnyGame, Seat } from "../../shared/game.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { BookingRequest, BookingResponse, MatchOrigin } from "../../shared/wire/booking.ts";
import type { MatchHost } from "../match/host.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { Barred } from "./put-out.ts";
import { type Refusal, refusalOf, refused, reserve, roomOf } from "./reservation.ts";

/** Answers that are remembered, for a question whose answer was lost. */
const rememberedMax = 1000;

export type BookingOutcome = { readonly ok: true; readonly response: BookingResponse } | Refusal;

type BookedPlayer = BookingRequest["players"][number];

export interface BookingParts {
  /** Whom a ban or a sign-out is about. */
  readonly barred: Barred;
  /** Of a user now: a booked seat ends with the sessions until then. */
  readonly eraOf: (userId: string) => number;
  readonly games: readonly AnyGame[];
  readonly host: MatchHost<OutFrame>;
}

export class Bookings {
  readonly #parts: BookingParts;
  /** By proposal id, oldest first. */
  readonly #answers = new Map<string, Promise<BookingOutcome>>();
  /** Of matches that are being made, by a key that nobody outside has. */
  readonly #origins = new Map<string, MatchOrigin>();

  constructor(parts: BookingParts) {
    this.#parts = parts;
  }

  originFor = (key: string): MatchOrigin | undefined => this.#origins.get(key);

  /** The same answer for the same proposal. @throws what Colyseus throws besides its refusals */
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
    const matchId = request.matchId ?? (await this.#newMatch(request.newMatch!));
    if (typeof matchId !== "string") return matchId;
    const room = roomOf(matchId);
    const origin = this.#parts.host.originOf(matchId);
    if (room === undefined || origin === undefined)
      return refused("match/unknown", `no running match "${matchId}" of a queue`);
    if (room.live.match.outcome !== undefined) return refused("match/over", `match "${matchId}"`);
    const here = new Set(room.seated().map(({ userId }) => userId));
    const twice = request.players.find(({ userId }) => here.has(userId));
    if (twice !== undefined) return refused("seat/already-yours", `${twice.userId} is in match "${matchId}"`);
    for (const { userId } of request.players) {
      const why = this.#parts.barred({ userId });
      if (why !== undefined) return refused(why, `${userId} may not play here`);
    }
    const seats = seatsFor(request.players, origin, room.freeSeats());
    if (seats === undefined) return refused("seat/full", `match "${matchId}" has not so many free seats`);
    // All at once: between two of them another booking would see a seat free that is not.
    const reserved = request.players.map(async ({ userId, name }, at) => {
      const session = { id: "", era: this.#parts.eraOf(userId) };
      const auth = { userId, session, ...(name !== undefined && { name }), seat: seats[at]! };
      return [userId, await reserve(room["_listing"], { spectate: false }, auth)] as const;
    });
    const reservations: Record<string, SeatReservation> = Object.fromEntries(await Promise.all(reserved));
    return { ok: true, response: { matchId, reservations } };
  }

  /** @returns its id */
  async #newMatch({
    game,
    options,
    bots,
    origin,
  }: NonNullable<BookingRequest["newMatch"]>): Promise<string | Refusal> {
    const rules = this.#parts.games.find(({ name }) => name === game);
    if (rules === undefined) return refused("game/unknown", `no game "${game}" here`);
    const { teamSize } = origin;
    const lineUp = { teamSize, bots: botSeats(bots, teamSize) };
    const key = randomUUID();
    this.#origins.set(key, origin);
    try {
      const made = await matchMaker.handleCreateRoom(game, {
        options: rules.queueOptions?.(options, lineUp) ?? options,
        booking: key,
      });
      return made.roomId;
    } finally {
      this.#origins.delete(key);
    }
  }
}

/** Bots have the last seats of their side. */
function botSeats(bots: readonly number[], teamSize: number): Seat[] {
  return bots.flatMap((count, team) =>
    Array.from({ length: count }, (_, at) => (team + 1) * teamSize - count + at),
  );
}

/** One for each player, the first free ones of his side; undefined when a side has too few. */
function seatsFor(
  players: readonly BookedPlayer[],
  { teamSize }: MatchOrigin,
  free: readonly Seat[],
): Seat[] | undefined {
  const left = new Set(free);
  const seats: Seat[] = [];
  for (const { team } of players) {
    const seat = [...left].find((each) => Math.floor(each / teamSize) === team);
    if (seat === undefined) return undefined;
    left.delete(seat);
    seats.push(seat);
  }
  return seats;
}
