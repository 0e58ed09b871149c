/**
 * What the transport and the server need of a room whose match is in this process, be it a room of a game or a durable room
 * of Colyseus. It knows which rooms are such; a plain room is none.
 */
import type { Room } from "@colyseus/core";
import type { LiveMatch } from "../match/live-match.ts";
import type { Guard } from "./frame-guard.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { InputLine } from "./input-line.ts";
import { MatchRoom } from "./match-room.ts";
import type { RoomSeats } from "./room-seats.ts";
import type { RoomSockets } from "./room-sockets.ts";

export interface HostedRoom {
  readonly roomId: string;
  /** Colyseus' own. */
  readonly room: Room;
  readonly live: LiveMatch<OutFrame>;
  readonly clients: { readonly length: number };
  /** The client messages that it accepts. */
  readonly frames: Guard;
  /** For a new connection to a room of a game; left out: Colyseus decodes the room's inputs. */
  readonly inputLine?: () => InputLine;
  /** Its connections, each behind the gate. */
  readonly sockets: Pick<RoomSockets, "guard" | "notify" | "sendAway">;
  readonly end: { readonly hasBegun: boolean };
  readonly seating: RoomSeats;
  /** Colyseus has added it to its rooms. */
  opened(): void;
  /** Removes everyone who is banned or signed out. */
  putOut(): void;
  /** Somebody for whom its queue made it did not come: it does not count, and everybody leaves it. */
  callOff(): void;
}

const hosts = new WeakMap<object, HostedRoom>();

/** The room is kept by `host`, which answers for it. */
export function hostedBy(room: Room, host: HostedRoom): void {
  hosts.set(room, host);
}

/** Undefined: it is no room of a match. */
export function hostedRoomOf(room: unknown): HostedRoom | undefined {
  if (room instanceof MatchRoom) return room;
  return typeof room === "object" && room !== null ? hosts.get(room) : undefined;
}
