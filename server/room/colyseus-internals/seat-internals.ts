/**
 * Privates with which Colyseus reserves seats, lets clients in, and takes them off again. One row and one function each.
 * Only this folder names them. It keeps no state and decides nothing; its callers do.
 */
import { type AuthContext, type Client, type ClientPrivate, Room } from "@colyseus/core";
import type { JoinOptions } from "../../../shared/wire/room-messages.ts";
import type { RoomAuth } from "../authentication.ts";
import { emptyClient, emptyRoom, type PrivateRow, says, takes } from "./private-row.ts";

/** Options, user, whether it was used, and whether it is held for a reconnect. A held one has `true` for its options. */
export type Reserved = readonly [JoinOptions, RoomAuth | undefined, boolean, boolean];

/** The form in which Colyseus calls it. With `held`, `join` is `true`: the seat is held for a reconnect. */
export type ReserveSeat = (
  sessionId: string,
  join: JoinOptions | true | undefined,
  auth: RoomAuth | undefined,
  seconds?: number,
  held?: boolean,
  ...more: unknown[]
) => Promise<boolean>;

/** The way in which a client connects, in Colyseus' terms. */
export interface Connecting {
  readonly reconnectionToken?: string | null;
  readonly skipHandshake?: boolean;
}

type LetIn = (client: Client, auth: AuthContext, how?: Connecting) => Promise<void>;

interface SeatInternals {
  readonly _reservedSeats: Record<string, Reserved | readonly [true, RoomAuth, boolean, true]>;
  readonly _reservedSeatTimeouts: Record<string, NodeJS.Timeout>;
  readonly _reconnections: Record<string, readonly [sessionId: string, ...unknown[]]>;
  _onJoin: LetIn;
  _reserveSeat: ReserveSeat;
  _onLeave(client: Client, code: number): Promise<void>;
}

const inside = (room: Room) => room as unknown as SeatInternals;

/** Every reservation, by session id. Those that are held for a reconnect are among them. */
export const reservationsIn = (room: Room): Record<string, Reserved> =>
  inside(room)._reservedSeats as Record<string, Reserved>;

/** The timer that deletes the reservation of a session; undefined: it has no reservation that runs out. */
export const reservationTimer = (room: Room, sessionId: string): NodeJS.Timeout | undefined =>
  inside(room)._reservedSeatTimeouts[sessionId];

/** Its timer still runs, finds nothing, and lowers Colyseus' count again. */
export function dropReservation(room: Room, sessionId: string): void {
  delete inside(room)._reservedSeats[sessionId];
}

/** Nobody comes with a reservation that was not used yet: a room that ends would wait for each of them to run out. */
export function dropUnused(room: Room): void {
  const { _reservedSeats: reserved, _reservedSeatTimeouts: timers } = inside(room);
  for (const [sessionId, [, , isUsed, isHeld]] of Object.entries(reserved)) {
    if (isUsed || isHeld) continue;
    clearTimeout(timers[sessionId]);
    delete timers[sessionId];
    delete reserved[sessionId];
  }
}

/** Holds a seat for a reconnect, unless the session has a reservation of any kind. */
export function reserveReturn(room: Room, sessionId: string, auth: RoomAuth | undefined): void {
  inside(room)._reservedSeats[sessionId] ??= [true, auth as RoomAuth, false, true];
}

/** Whether Colyseus holds a seat for this token. */
export const waitsFor = (room: Room, token: string): boolean =>
  inside(room)._reconnections[token] !== undefined;

/** Replaces the way in which the room lets clients in. */
export function letInBy(room: Room, letIn: LetIn): void {
  inside(room)._onJoin = letIn;
}

/** The way in which Colyseus lets a client in. @throws what its room throws */
export const letInAsColyseus: (room: Room, ...how: Parameters<LetIn>) => Promise<void> = (room, ...how) =>
  inside(Room.prototype)._onJoin.apply(room, how);

/** Replaces the way in which the room reserves seats. */
export function reserveSeatsBy(room: Room, reserve: ReserveSeat): void {
  inside(room)._reserveSeat = reserve;
}

/** The way in which the room reserves seats now. */
export const reservingIn = (room: Room): ReserveSeat => inside(room)._reserveSeat.bind(room);

/** The way in which Colyseus reserves seats. It records a reservation before its first await. */
export const reserveAsColyseus = (room: Room, ...asked: Parameters<ReserveSeat>): Promise<boolean> =>
  inside(Room.prototype)._reserveSeat.apply(room, asked);

/** Takes a client off the room. By its first await, the seat is held. */
export function leaveAsColyseus(room: Room, client: Client, code: number): Promise<void> {
  const ref = client.ref as Client["ref"] & { onleave?: () => void };
  // Its socket would do the same again when it closes.
  if (ref.onleave !== undefined) ref.removeListener("close", ref.onleave);
  return inside(room)._onLeave(client, code);
}

/** Colyseus holds no seat for a client that still has these: it has not acknowledged the join. */
export function forgetEnqueued(client: Client): void {
  delete (client as Partial<Client & ClientPrivate>)._enqueuedMessages;
}

/** Why `matchMaker.reserveSeatFor` found no seat; undefined for any other error. */
export function noReservation(error: Error): "process-away" | "full" | undefined {
  if (error.constructor.name !== "SeatReservationError") return undefined;
  return error.message.endsWith("is not available.") ? "process-away" : "full";
}

/** Whether an error with the code MATCHMAKE_INVALID_ROOM_ID means that the room exists and is locked. */
export const isLockedRoom = ({ message }: Error): boolean => message.endsWith("is locked");

export const seatRows: readonly PrivateRow[] = [
  {
    name: "Room#_reservedSeats",
    of: "@colyseus/core",
    why: "a seat that is reserved is neither free nor given out twice",
    holds: (installed) => {
      const room = emptyRoom(installed);
      const [join, auth] = [{ spectate: false }, { userId: "nobody" }];
      inside(room)
        ._reserveSeat("session", join, auth, Number.POSITIVE_INFINITY, true)
        .catch(() => {});
      const [reservedJoin, reservedAuth, used, held] = reservationsIn(room)["session"]!;
      return reservedJoin === join && reservedAuth === auth && used === false && held === true;
    },
  },
  {
    name: "Room#_reservedSeatTimeouts",
    of: "@colyseus/core",
    why: "a reservation that is asked for again is renewed",
    holds: (installed) => {
      const timers = inside(emptyRoom(installed))._reservedSeatTimeouts;
      const { _reserveSeat } = inside(installed.Room.prototype);
      return (
        typeof timers === "object" && says(_reserveSeat, "_reservedSeatTimeouts[sessionId] = setTimeout")
      );
    },
  },
  {
    name: "Room#_reconnections",
    of: "@colyseus/core",
    why: "a seat is held once, also when a newer connection takes it over",
    holds: (installed) => {
      const room = emptyRoom(installed);
      const gone = { sessionId: "session", reconnectionToken: "token" } as Client;
      const held = room.allowReconnection(gone, "manual");
      held.catch(() => {});
      return (
        "reject" in held && waitsFor(room, "token") && inside(room)._reconnections["token"]![0] === "session"
      );
    },
  },
  {
    name: "Room#_onJoin",
    of: "@colyseus/core",
    why: "a seat is freed for the client that shows its token, before Colyseus looks",
    holds: ({ Room, connectClientToRoom }) =>
      takes(inside(Room.prototype)._onJoin, 3) && says(connectClientToRoom, "_onJoin"),
  },
  {
    name: "Room#_reserveSeat",
    of: "@colyseus/core",
    why: "spectators have places of their own, and one user has few reservations",
    holds: ({ Room, matchMaker }) =>
      takes(inside(Room.prototype)._reserveSeat, 1) && says(matchMaker.reserveSeatFor, '"_reserveSeat"'),
  },
  {
    name: "Room#_onLeave",
    of: "@colyseus/core",
    why: "an older connection is taken off the seat before the newer one is let in",
    holds: ({ Room }) => takes(inside(Room.prototype)._onLeave, 2),
  },
  {
    name: "Client#ref.onleave",
    of: "@colyseus/core",
    why: "a connection that was taken off its seat does not leave a second time",
    holds: ({ Room }) =>
      says(inside(Room.prototype)._onJoin, 'client.ref.once("close", client.ref["onleave"])'),
  },
  {
    name: "Client#_enqueuedMessages",
    of: "@colyseus/core",
    why: "a seat is also held for a client that leaves before it acknowledges the join",
    holds: (installed) =>
      Array.isArray(emptyClient(installed)._enqueuedMessages) &&
      says(installed.Room.prototype.allowReconnection, "_enqueuedMessages"),
  },
  {
    name: "SeatReservationError",
    of: "@colyseus/core",
    why: "a full match and a node that does not answer are two answers",
    holds: ({ matchMaker }) =>
      says(matchMaker.reserveSeatFor, "new SeatReservationError(") &&
      says(matchMaker.reserveSeatFor, "is not available.`"),
  },
  {
    name: "joinById: room is locked",
    of: "@colyseus/core",
    why: "a match without a free place is told apart from an unknown one",
    holds: ({ matchMaker }) => says(matchMaker.joinById, "is locked`"),
  },
];
