/**
 * The door of this process: finds a seat among its matches for a caller of the API, or opens a new match. Which
 * process is asked is decided before.
 */
import { ErrorCode, matchMaker, ServerError } from "@colyseus/core";
import type { JoinRequest, JoinResponse, SeatReservation } from "../../shared/wire/api.ts";
import type { ErrorCode as Code } from "../../shared/wire/errors.ts";
import type { MatchHost } from "../match/host.ts";
import type { OutFrame } from "./gated-socket.ts";
import { MatchRoom } from "./match-room.ts";

/** Others may take the last free seat of a match between look and reservation. */
const triesMax = 5;

export type JoinOutcome = { ok: true; response: JoinResponse } | { ok: false; code: Code; detail: string };
type Refusal = Extract<JoinOutcome, { ok: false }>;

/** The listing is Colyseus' own, private to its types. */
type Listing = Parameters<typeof matchMaker.reserveSeatFor>[0];

export class Door {
  readonly #host: MatchHost<OutFrame>;
  /** Of a game: the match that is being opened. Who comes meanwhile waits for it instead of opening another. */
  readonly #opening = new Map<string, Promise<Listing>>();

  constructor(host: MatchHost<OutFrame>) {
    this.#host = host;
  }

  /**
   * Reserves a place: in the named match, in any match of the game with a free seat, or in a new one.
   * Spectators never make a new match.
   */
  async join(request: JoinRequest): Promise<JoinOutcome> {
    const { game, matchId, spectate, name, options } = request;
    const join = { name, spectate, ...(options === undefined ? {} : { options }) };
    if (matchMaker.getRoomClass(game) === undefined) return refused("game/unknown", `no game "${game}" here`);
    if (spectate) {
      const room = matchId === undefined ? this.#rooms(game)[0] : roomOf(matchId);
      if (room === undefined) return refused("match/unknown", "nothing to watch");
      return reservation((await room.reserveSpectator(join)) as SeatReservation);
    }
    for (let tries = 1; ; tries++) {
      try {
        const listing = await this.#listingFor(request);
        if ("code" in listing) return listing;
        return reservation((await matchMaker.reserveSeatFor(listing, join)) as SeatReservation);
      } catch (error) {
        const refusal = refusalOf(error as Error);
        if (refusal.code !== "seat/full" || matchId !== undefined || tries >= triesMax) return refusal;
      }
    }
  }

  async #listingFor({ game, matchId, options }: JoinRequest): Promise<Listing | Refusal> {
    if (matchId === undefined) {
      const open = this.#rooms(game).find((room) => room.takesPlayers);
      return open?.["_listing"] ?? this.#open(game, options);
    }
    const room = roomOf(matchId);
    if (room === undefined) return refused("match/unknown", `no running match "${matchId}"`);
    return room.takesPlayers ? room["_listing"] : refused("seat/full", `match "${matchId}" has no free seat`);
  }

  #open(game: string, options: unknown): Promise<Listing> {
    const opening = this.#opening.get(game);
    if (opening !== undefined) return opening;
    const opened = matchMaker
      .handleCreateRoom(game, options === undefined ? {} : { options })
      .finally(() => this.#opening.delete(game));
    this.#opening.set(game, opened);
    return opened;
  }

  #rooms(game: string): MatchRoom[] {
    return this.#host.all().flatMap(({ live }) => {
      const room = live.match.game.name === game ? roomOf(live.id) : undefined;
      return room === undefined ? [] : [room];
    });
  }
}

function roomOf(matchId: string): MatchRoom | undefined {
  const room = matchMaker.getLocalRoomById(matchId);
  return room instanceof MatchRoom ? room : undefined;
}

function reservation(seat: SeatReservation): JoinOutcome {
  return { ok: true, response: { reservation: seat, matchId: seat.roomId } };
}

function refused(code: Code, detail: string): Refusal {
  return { ok: false, code, detail };
}

/** Colyseus' errors in our words. @throws what is none of them */
function refusalOf(error: Error): Refusal {
  const detail = error.message;
  for (const known of ["match/bad-options", "match/too-many", "seat/full"] as const) {
    if (detail.startsWith(known)) return refused(known, detail.slice(known.length + 2));
  }
  if (error.constructor.name === "SeatReservationError") return refused("seat/full", detail);
  if (error instanceof ServerError && error.code === ErrorCode.MATCHMAKE_INVALID_ROOM_ID) {
    return refused("match/unknown", detail);
  }
  throw error;
}
