/**
 * The players for whom the matches of this process keep seats: those that a queue booked, at the start or later. Such
 * a seat is reserved while the queue waits for its player, and afterwards still theirs if it is free. Times are those
 * of the match clock. This module reports who did not come; what follows is decided elsewhere.
 */
import type { Seat } from "../../shared/game/game.ts";
import type { Invited, MatchOrigin } from "../../shared/wire/booking.ts";
import type { Notice } from "../../shared/wire/room-messages.ts";
import type { MatchHost } from "../match/host.ts";
import { clockPerSecond } from "../match/match-time.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { HostedRoom } from "./hosted-room.ts";
import { notices } from "./notices.ts";
import { hostedOf } from "./reservation.ts";

/** A player who arrives at the last moment is not counted as absent. */
const slackSeconds = 1;

/** The lifetime of a Colyseus reservation. */
const arriveSecondsDefault = 15;

interface InvitedGuest extends Invited {
  readonly came: boolean;
  /** Whether the whole waiting time for them is over. */
  readonly due: boolean;
  /** Whether they were booked at the start, and not to fill a free seat. */
  readonly founding: boolean;
}

/** Attendance of one running match that a queue created. */
export interface Attendance {
  readonly matchId: string;
  readonly origin: MatchOrigin;
  readonly guests: readonly InvitedGuest[];
  /** User ids of those who have a seat, connected or not, and of those who left. */
  readonly seated: readonly string[];
  readonly departed: readonly string[];
}

interface Invitation extends Invited {
  readonly founding: boolean;
  readonly untilTick: number;
}

export class Invitations {
  readonly #host: MatchHost<OutFrame>;
  /** Those invited later, by match. Those from the start are in the match's origin, which outlives this process. */
  readonly #later = new Map<string, Invitation[]>();
  readonly #calledOff = new Set<string>();

  constructor(host: MatchHost<OutFrame>) {
    this.#host = host;
  }

  /** Players are booked for free seats of a running match. */
  add(room: HostedRoom, invited: readonly Invited[]): void {
    const { match } = room.live;
    const untilTick = match.clock + this.#arriveTicks(room);
    const before = (this.#later.get(room.roomId) ?? []).filter((each) => !invited.some(same(each)));
    this.#later.set(room.roomId, [
      ...before,
      ...invited.map((each) => ({ ...each, founding: false, untilTick })),
    ]);
  }

  /** Those players did not get their seats after all. */
  withdraw(room: HostedRoom, invited: readonly Invited[]): void {
    const before = this.#later.get(room.roomId) ?? [];
    this.#later.set(
      room.roomId,
      before.filter((each) => !invited.some(same(each))),
    );
  }

  /** Seats that nobody has taken yet and that are kept for an invited player. */
  held(room: HostedRoom): ReadonlySet<Seat> {
    const { match } = room.live;
    const here = cameTo(room);
    const waited = this.#of(room).filter(
      ({ userId, untilTick }) => match.clock < untilTick && !here.has(userId),
    );
    return new Set(waited.map(({ seat }) => seat));
  }

  /** Seats that anybody may take, in a match that a queue created. */
  freeSeats(room: HostedRoom): readonly Seat[] {
    const held = this.held(room);
    return room.seating.freeSeats().filter((seat) => !held.has(seat));
  }

  /** The seat of an invited player who has not joined yet: the booked one, or a free one of their side. */
  seatFor(room: HostedRoom, userId: string): Seat | "full" | undefined {
    const invitation = this.#of(room).find((each) => each.userId === userId);
    if (invitation === undefined || cameTo(room).has(userId)) return undefined;
    const free = new Set(room.seating.freeSeats());
    if (free.has(invitation.seat)) return invitation.seat;
    const { teamSize } = this.#host.originOf(room.roomId)!;
    const sideOf = (seat: Seat) => Math.floor(seat / teamSize);
    const others = this.freeSeats(room).filter((seat) => sideOf(seat) === sideOf(invitation.seat));
    return others[0] ?? "full";
  }

  calledOff(matchId: string): boolean {
    return this.#calledOff.has(matchId);
  }

  /** How many players have not come yet and are waited for. */
  waitedFor(matchId: string): number {
    const room = hostedOf(matchId);
    if (room === undefined || this.calledOff(matchId)) return 0;
    return this.#host.originOf(matchId) === undefined ? 0 : this.held(room).size;
  }

  /** The attendance of every running match. */
  attendance(): readonly Attendance[] {
    this.#forgetGone();
    return this.#host.all().flatMap(({ live, origin }) => {
      const room = hostedOf(live.id);
      if (room === undefined || origin === undefined || live.match.outcome !== undefined) return [];
      if (live.lifecycle !== "running" || this.calledOff(live.id)) return [];
      return [{ matchId: live.id, origin, ...this.#attendanceOf(room) }];
    });
  }

  /** Calls the match off: it does not count, everybody is told and returns to their queue. */
  callOff(matchId: string): void {
    const room = hostedOf(matchId);
    if (room === undefined) return;
    this.#calledOff.add(matchId);
    const wordFor = this.#wordsOf(room);
    for (const client of room.room.clients) room.sockets.notify(wordFor(client.sessionId), [client]);
    room.callOff();
  }

  /** What happens to each player's ticket: it waits again, unless a member of its party is missing. */
  #wordsOf(room: HostedRoom): (sessionId: string) => Notice {
    const invited = this.#of(room);
    const here = cameTo(room);
    const torn = new Set(invited.filter(({ userId }) => !here.has(userId)).map(({ ticketId }) => ticketId));
    return (sessionId) => {
      const seat = room.live.match.seat(sessionId);
      const guest = invited.find(({ userId }) => userId === seat?.userId);
      if (guest === undefined || seat?.seat === "spectator") return notices.calledOffToWatch;
      return guest.ticketId !== undefined && torn.has(guest.ticketId)
        ? notices.partyMissing
        : notices.calledOff;
    };
  }

  #attendanceOf(room: HostedRoom): Omit<Attendance, "matchId" | "origin"> {
    const { match } = room.live;
    const here = cameTo(room);
    const dueAt = match.clock - slackSeconds * clockPerSecond(match.game);
    return {
      guests: this.#of(room).map(({ untilTick, ...each }) => ({
        ...each,
        came: here.has(each.userId),
        // An older matchmaker does not send the waiting time. Then nobody counts as absent.
        due: this.#host.originOf(room.roomId)?.arriveSeconds !== undefined && dueAt >= untilTick,
      })),
      seated: playersOf(match.state.seats),
      departed: playersOf(match.state.departed ?? []),
    };
  }

  #of(room: HostedRoom): readonly Invitation[] {
    const untilTick = this.#arriveTicks(room);
    const founding = this.#host.originOf(room.roomId)?.invited ?? [];
    const later = this.#later.get(room.roomId) ?? [];
    return [...founding.map((each) => ({ ...each, founding: true, untilTick })), ...later];
  }

  #arriveTicks(room: HostedRoom): number {
    const { arriveSeconds = arriveSecondsDefault } = this.#host.originOf(room.roomId) ?? {};
    return arriveSeconds * clockPerSecond(room.live.match.game);
  }

  #forgetGone(): void {
    for (const matchId of [...this.#later.keys(), ...this.#calledOff]) {
      if (this.#host.hosts(matchId)) continue;
      this.#later.delete(matchId);
      this.#calledOff.delete(matchId);
    }
  }
}

const same =
  ({ userId }: Invited) =>
  (other: Invited) =>
    other.userId === userId;

function cameTo(room: HostedRoom): ReadonlySet<string> {
  const { seats, departed = [] } = room.live.match.state;
  return new Set([...playersOf(seats), ...playersOf(departed)]);
}

function playersOf(
  seats: readonly { readonly seat: Seat | "spectator"; readonly userId: string }[],
): string[] {
  return seats.flatMap(({ seat, userId }) => (seat === "spectator" ? [] : [userId]));
}
