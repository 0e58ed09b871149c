/**
 * Privates of Colyseus' rooms besides seats: the listing, the clock, messages and inputs. One row and one function each.
 * Only this folder names them. It keeps no state and decides nothing; its callers do.
 */
import type { Client, ClientPrivate, matchMaker, Room } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { emptyClient, emptyRoom, type InstalledParts, type PrivateRow, says, takes } from "./private-row.ts";

/** The entry of a room in Colyseus' listing. */
export type Listing = Parameters<typeof matchMaker.reserveSeatFor>[0];

interface RoomInternals {
  _listing: Listing;
  _simulationInterval: NodeJS.Timeout | undefined;
  _onMessage(client: Client, message: Buffer): void;
}

const inside = (room: Room) => room as unknown as RoomInternals;

/** The room's entry in Colyseus' listing: the same object that Colyseus changes and writes. */
export const listingOf = (room: Room): Listing => inside(room)._listing;

/** What stands for a room of which only the entry is left, for who tells others that it is gone. */
export const listedRoom = (listing: Listing): Room => ({ _listing: listing }) as unknown as Room;

/** Colyseus ticks the clock of a room without patch rate and interval 60 times a second; our ticker does it instead. */
export function leaveClockAlone(room: Room): void {
  const timer = setTimeout(() => {}, 0);
  clearTimeout(timer);
  inside(room)._simulationInterval = timer;
}

/** Handles a message as if it had just arrived. */
export const handleMessage = (room: Room, client: Client, message: Buffer): void =>
  inside(room)._onMessage(client, message);

/** How many inputs of a client were taken or dropped so far. Each patch tells the client. */
export const ackSeqOf = (client: Client): number =>
  ((client as Client & ClientPrivate)._inputBuffer?.ackSeq ?? 0) >>> 0;

/** Lets an input wait for its tick; of too many the oldest goes. @returns false: the client has no buffer yet */
export function letInputWait(client: Client, input: object): boolean {
  const buffer = (client as Client & ClientPrivate)._inputBuffer;
  buffer?.push(input as never);
  return buffer !== undefined;
}

export const roomRows: readonly PrivateRow[] = [
  {
    name: "Room#_listing",
    of: "@colyseus/core",
    why: "reservations refer to it, and it carries the epoch of the match",
    holds: (installed) => {
      const room = emptyRoom(installed);
      const metadata = {};
      inside(room)._listing = { metadata } as Listing;
      return room.metadata === metadata;
    },
  },
  {
    name: "Room#_simulationInterval",
    of: "@colyseus/core",
    why: "a match has its own ticker; the room's clock stands still",
    holds: ({ Room }) => says(Object(Room.prototype)["__init"], "!this._simulationInterval"),
  },
  {
    name: "Room#_onMessage",
    of: "@colyseus/core",
    why: "messages that arrive while a client is let in are handled afterwards",
    holds: ({ Room }) => takes(inside(Room.prototype)._onMessage, 2),
  },
  {
    name: "Client#_inputBuffer.ackSeq",
    of: "@colyseus/core",
    why: "a patch tells each client how many of its inputs are in it",
    holds: (installed) => clientWithBuffer(installed)._inputBuffer?.ackSeq === 0,
  },
  {
    name: "Client#_inputBuffer.push",
    of: "@colyseus/core",
    why: "inputs are decoded here, and wait where Colyseus would have them wait",
    holds: (installed) => {
      const client = clientWithBuffer(installed);
      for (const left of [1, 2]) letInputWait(client, { left });
      const { ackSeq, size } = client._inputBuffer as unknown as { ackSeq: number; size: number };
      return ackSeq === 1 && size === 1;
    },
  },
];

/** A client for whose inputs Colyseus has made a buffer, which holds one. */
function clientWithBuffer(installed: InstalledParts): Client & ClientPrivate {
  const [room, client] = [emptyRoom(installed), emptyClient(installed)];
  const declares = room as unknown as { defineInput(type: unknown, options: object): unknown };
  declares.defineInput(schema({ left: t.int8() }, "InputForACheck"), { bufferMaxSize: 1 });
  const inputs = room as unknown as { _inputController: { allocate(client: unknown): void } };
  inputs._inputController.allocate(client);
  return client;
}
