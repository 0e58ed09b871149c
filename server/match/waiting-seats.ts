/**
 * Players and spectators who come and go with the next record: joins, leaves, broken connections and reconnects. It
 * decides who gets which seat, and says what every place is after that record. It applies nothing and knows no clock.
 */
import assert from "node:assert/strict";
import type { AnyGame, Seat } from "../../shared/game/game.ts";
import type { Plain } from "../../shared/game/plain.ts";
import type { JoinEvent, RecordEvents, SeatSession } from "./record.ts";
import { findSeat, type MatchState, type SeatState } from "./state.ts";

export interface Joining {
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly token: string;
  readonly spectate: boolean;
  /** The seat that was booked for the player; left out: the first free one. */
  readonly seat?: Seat;
  /** The session by which they join. It is kept with the seat; the match does not use it. */
  readonly session?: SeatSession;
  /** What the issuer of the session vouches for: the game hears of it. */
  readonly profile?: Plain;
}

export type JoinResult =
  | { ok: true; seat: Seat | "spectator"; applied: Promise<void> }
  | { ok: false; reason: "seat/full" | "seat/spectators-full" | "seat/already-yours" | "match/over" };

interface WaitingPlaces {
  readonly joins: readonly { readonly event: JoinEvent; readonly applied: () => void }[];
  readonly returns: readonly { readonly sessionId: string; readonly applied: () => void }[];
}

export class WaitingSeats {
  readonly #game: Pick<AnyGame, "seats">;
  readonly #state: MatchState;
  readonly #spectatorsMax: number;
  #joins: WaitingPlaces["joins"][number][] = [];
  #leaves: string[] = [];
  #drops: string[] = [];
  #returns: WaitingPlaces["returns"][number][] = [];

  constructor(parts: {
    readonly game: Pick<AnyGame, "seats">;
    readonly state: MatchState;
    readonly spectatorsMax: number;
  }) {
    this.#game = parts.game;
    this.#state = parts.state;
    this.#spectatorsMax = parts.spectatorsMax;
  }

  get any(): boolean {
    return this.#joins.length + this.#leaves.length + this.#drops.length + this.#returns.length > 0;
  }

  /** Whether somebody joins with the next record. */
  get anyJoins(): boolean {
    return this.#joins.length > 0;
  }

  /** Sessions that give their place up with the next record. */
  get leaves(): readonly string[] {
    return this.#leaves;
  }

  isReturning(sessionId: string): boolean {
    return this.#returns.some((entry) => entry.sessionId === sessionId);
  }

  /** Players' seats that are taken, including those of players who are joining. */
  get taken(): number {
    const waiting = this.#joins.filter(({ event }) => event.seat !== "spectator").length;
    const leaving = this.#leaves.filter((sessionId) => this.#seat(sessionId)?.seat !== "spectator").length;
    return this.#state.seats.filter((seat) => seat.seat !== "spectator").length + waiting - leaving;
  }

  /** Seats that nobody has after the next record, as far as known. */
  free(): readonly Seat[] {
    const taken = new Set(this.#coming().map(({ seat }) => seat));
    return Array.from({ length: this.#game.seats.max }, (_, seat) => seat).filter((seat) => !taken.has(seat));
  }

  /** Includes spectators who are joining. */
  get spectators(): number {
    const watching = this.#state.seats.filter((seat) => seat.seat === "spectator").length;
    return watching + this.#joins.filter(({ event }) => event.seat === "spectator").length;
  }

  /** A player's seat after the next record; "coming" while the player is joining. */
  ofPlayer(userId: string): SeatState | "coming" | undefined {
    const own = ({ userId: of, seat }: Pick<SeatState, "userId" | "seat">) =>
      of === userId && seat !== "spectator";
    const seat = this.#state.seats.find((each) => own(each) && !this.#leaves.includes(each.sessionId));
    return seat ?? (this.#joins.some(({ event }) => own(event)) ? "coming" : undefined);
  }

  /** What a user has after the next record: a seat, places to watch from, or nothing. */
  placesOf(userId: string): number {
    return this.#coming().filter((place) => place.userId === userId).length;
  }

  /** Requests a seat, which is taken with the next record. */
  join(joining: Joining): JoinResult {
    if (!joining.spectate && this.ofPlayer(joining.userId) !== undefined)
      return { ok: false, reason: "seat/already-yours" };
    const seat = joining.spectate ? this.#freeSpectator() : this.#freeSeat(joining.seat);
    if (seat === undefined)
      return { ok: false, reason: joining.spectate ? "seat/spectators-full" : "seat/full" };
    const { sessionId, userId, name, token, session, profile } = joining;
    const more = { ...(session !== undefined && { session }), ...(profile !== undefined && { profile }) };
    const event = { seat, sessionId, userId, name, token, ...more };
    const applied = new Promise<void>((resolve) => {
      this.#joins.push({ event, applied: resolve });
    });
    return { ok: true, seat, applied };
  }

  /** The session's connection broke. */
  drop(sessionId: string): void {
    // A reconnect that no record has yet is discarded; otherwise it would be applied after this drop.
    const index = this.#returns.findIndex((entry) => entry.sessionId === sessionId);
    if (index >= 0) this.#returns.splice(index, 1)[0]!.applied();
    if (this.#holds(sessionId) && !this.#drops.includes(sessionId)) this.#drops.push(sessionId);
  }

  /** The session is connected again; resolves with the record that says so. */
  comeBack(sessionId: string): Promise<void> {
    assert(this.#holds(sessionId), `match: ${sessionId} comes back without a seat`);
    return new Promise((resolve) => {
      this.#returns.push({ sessionId, applied: resolve });
    });
  }

  /** Gives the place up with the next record. */
  leave(sessionId: string): void {
    const index = this.#joins.findIndex(({ event }) => event.sessionId === sessionId);
    if (index >= 0) this.#joins.splice(index, 1)[0]!.applied();
    else if (this.#seat(sessionId) !== undefined && !this.#leaves.includes(sessionId))
      this.#leaves.push(sessionId);
  }

  /** What the next record says of them; lists that would be empty are missing. */
  events(): Pick<RecordEvents, "leaves" | "joins" | "drops" | "returns"> {
    const remains = (sessionId: string) => !this.#leaves.includes(sessionId);
    const joins = this.#joins.map(({ event }) => event);
    const drops = this.#drops.filter(remains);
    const returns = this.#returns.map(({ sessionId }) => sessionId).filter(remains);
    return {
      ...(this.#leaves.length > 0 && { leaves: this.#leaves }),
      ...(joins.length > 0 && { joins }),
      ...(drops.length > 0 && { drops }),
      ...(returns.length > 0 && { returns }),
    };
  }

  /** The record of all that waited was made. @returns those who must be told once it is applied */
  carried(): WaitingPlaces {
    const carried = { joins: this.#joins, returns: this.#returns };
    this.#joins = [];
    this.#leaves = [];
    this.#drops = [];
    this.#returns = [];
    return carried;
  }

  #seat(sessionId: string): SeatState | undefined {
    return findSeat(this.#state, sessionId);
  }

  #holds(sessionId: string): boolean {
    return (
      this.#seat(sessionId) !== undefined || this.#joins.some(({ event }) => event.sessionId === sessionId)
    );
  }

  /** The places after the next record. */
  #coming(): readonly Pick<SeatState, "seat" | "userId">[] {
    const remaining = this.#state.seats.filter(({ sessionId }) => !this.#leaves.includes(sessionId));
    return [...remaining, ...this.#joins.map(({ event }) => event)];
  }

  #freeSeat(wanted: Seat | undefined): Seat | undefined {
    const free = this.free();
    return wanted === undefined || free.includes(wanted) ? (wanted ?? free[0]) : undefined;
  }

  #freeSpectator(): "spectator" | undefined {
    return this.spectators < this.#spectatorsMax ? "spectator" : undefined;
  }
}
