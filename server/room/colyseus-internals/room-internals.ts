/**
 * Privates of Colyseus' rooms besides seats: the listing, the clock, messages and inputs. One row and one function each.
 * Only this folder names them. It keeps no state and decides nothing; its callers do.
 */
import type { Client, ClientPrivate, MessageContext, matchMaker, Room } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { emptyClient, emptyRoom, type InstalledParts, type PrivateRow, says, takes } from "./private-row.ts";

/** The entry of a room in Colyseus' listing. */
export type Listing = Parameters<typeof matchMaker.reserveSeatFor>[0];

/** In the options that a client is told of inputs. */
const patchRateFlag = 4;

/** What @colyseus/monitor adds to rooms, so that somebody may change their state by hand. */
const monitorEdits = ["_editStateProperty", "_deleteStateProperty"];

/** Clients of a match would be shown what its World does not have. Works whether or not the monitor is there. */
export function refuseEdits(room: Room): void {
  const value = async () => {
    throw new Error("the View of a match follows its World: nobody edits it");
  };
  for (const name of monitorEdits) Object.defineProperty(room, name, { value });
}

interface InputController {
  room: { readonly clock: Room["clock"]; readonly patchRate: number | null; _timelineMode(): undefined };
  handshakeSections(): readonly { readonly tag: number; readonly bytes: Uint8Array }[] | undefined;
}

type TypeHandler = (client: Client, message: unknown, context: MessageContext) => unknown;

/** As the Standard Schema has it, which Zod and others follow. */
interface MessageValidator {
  readonly "~standard": {
    validate(
      message: unknown,
    ): { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly unknown[] };
  };
}

interface RoomInternals {
  readonly onMessageEvents: { readonly events: Readonly<Record<string, readonly TypeHandler[]>> };
  readonly onMessageValidators: Readonly<Record<string, MessageValidator>>;
  _inputController: InputController | undefined;
  _listing: Listing;
  _simulationInterval: NodeJS.Timeout | undefined;
  readonly _lockedExplicitly: boolean;
  _onMessage(client: Client, message: Buffer): void;
}

const inside = (room: Room) => room as unknown as RoomInternals;

/** The room's entry in Colyseus' listing: the same object that Colyseus changes and writes. */
export const listingOf = (room: Room): Listing => inside(room)._listing;

/** What stands for a room of which only the entry is left, for who tells others that it is gone. */
export const listedRoom = (listing: Listing): Room => ({ _listing: listing }) as unknown as Room;

/** Whether the room has locked itself, and not Colyseus for being full. */
export const lockedByRoom = (room: Room): boolean => room.locked && inside(room)._lockedExplicitly;

/** Colyseus ticks the clock of a room without patch rate and interval 60 times a second; our ticker does it instead. */
export function leaveClockAlone(room: Room): void {
  const timer = setTimeout(() => {}, 0);
  clearTimeout(timer);
  inside(room)._simulationInterval = timer;
}

/** The handler that answers requests of a type: the first one. */
export const handlerOf = (room: Room, type: string | number): TypeHandler | undefined =>
  inside(room).onMessageEvents.events[type]?.[0];

/** What the room gave `onMessage` to check messages of a type with. */
export const validatorOf = (room: Room, type: string | number): MessageValidator | undefined =>
  inside(room).onMessageValidators[type];

/** Handles a message as if it had just arrived. */
export const handleMessage = (room: Room, client: Client, message: Buffer): void =>
  inside(room)._onMessage(client, message);

/**
 * Tells clients how often patches come. The room's own `patchRate` would start a timer of Colyseus, and patches come from
 * our ticker. Call after the inputs were declared.
 */
export function tellPatchRate(room: Room, perSecond: number): void {
  const controller = inside(room)._inputController!;
  const patchRate = Math.round(1000 / perSecond);
  controller.room = { clock: room.clock, patchRate, _timelineMode: () => undefined };
}

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
    name: "Room#_lockedExplicitly",
    of: "@colyseus/core",
    why: "a durable room that locked itself is locked after a restore, one that was full is not",
    holds: ({ Room }) =>
      says(Room.prototype.lock, "this._lockedExplicitly") && inside(new Room())._lockedExplicitly === false,
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
    name: "Room#onMessageEvents, #onMessageValidators",
    of: "@colyseus/core",
    why: "a message with an id goes to the handler of its own type",
    holds: (installed) => {
      const room = emptyRoom(installed);
      const validator = { "~standard": { validate: (value: unknown) => ({ value }) } };
      const handler = () => {};
      room.onMessage("checked", validator as never, handler);
      return (
        handlerOf(room, "checked") === handler && validatorOf(room, "checked") === (validator as unknown)
      );
    },
  },
  {
    name: "Room#_inputController.room.patchRate",
    of: "@colyseus/core",
    why: "clients are told how often patches come",
    holds: (installed) => {
      const room = emptyRoom(installed);
      declareInput(room);
      const saidOf = () =>
        inside(room)
          ._inputController!.handshakeSections()!
          .find(({ tag }) => tag === 2);
      tellPatchRate(room, 10);
      const said = saidOf()?.bytes;
      return said?.[0] === patchRateFlag && said[1] === 100 && said.length === 2;
    },
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
  declareInput(room);
  const inputs = room as unknown as { _inputController: { allocate(client: unknown): void } };
  inputs._inputController.allocate(client);
  return client;
}

function declareInput(room: Room): void {
  const declares = room as unknown as { defineInput(type: unknown, options: object): unknown };
  declares.defineInput(schema({ left: t.int8() }, "InputForACheck"), { bufferMaxSize: 1 });
}
