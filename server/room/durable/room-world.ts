/**
 * What a durable room is to the match below it: a World that is never played but only written, turn by turn, and a game
 * whose step does nothing else. A turn is one command in the record of a tick; everything else of a match (claims, records,
 * snapshots, takeovers) is as for any game. It knows neither the schema nor Colyseus' rooms.
 */
import { schema } from "@colyseus/schema";
import type { AnyGame, CommandAnswer, TickRecord } from "../../../shared/game/game.ts";
import { outcomeOf, type RoomResult } from "../../match/room-result.ts";
import { type KeptOnce, withOnce } from "./kept-once.ts";
import { type KeptView, type ViewChange, withChange } from "./seen-views.ts";

/** Something to come, which a name stands for: a function cannot be kept. */
export interface KeptTimer {
  readonly id: number;
  readonly name: string;
  /** Packed. */
  readonly args: Uint8Array;
  readonly periodMs: number;
  readonly repeats: boolean;
  /** In the room's time; of an interval, any of its times. */
  readonly dueMs: number;
  /** Instead of `dueMs`, while it stands still. */
  readonly leftMs?: number;
}

/** What Colyseus' listing has of a room, as the room set it. */
export interface KeptListing {
  readonly locked: boolean;
  readonly private: boolean;
  readonly unlisted: boolean;
  /** Null: no limit. */
  readonly maxClients: number | null;
  /** Packed. */
  readonly metadata: Uint8Array;
  /** What the room has put there beside, packed; undefined: nothing. */
  readonly more?: Uint8Array;
}

/** A client, beside its seat. */
export interface KeptClient {
  /** `auth` and `userData`, packed. */
  readonly auth: Uint8Array;
  readonly userData: Uint8Array;
  /** Whether its `onJoin` has not come to its end. */
  readonly joining?: true;
  /** Until when its place is held, in the room's time, while its connection is gone; null: without an end. */
  readonly heldUntilMs?: number | null;
  /** The room's `onLeave` was called when its connection broke, for the room has no `onDrop`. */
  readonly told?: true;
  readonly view?: KeptView;
}

export interface RoomWorld {
  /** The state at some turn; undefined: the room has none. */
  image?: Uint8Array;
  /** What changed in it since. */
  changes: Uint8Array[];
  /** Every object of the state has a lower id. */
  nextId: number;
  /** The room's `clock.elapsedTime`. */
  elapsedMs: number;
  /** Packed, by the name of the field. */
  durable: Record<string, Uint8Array>;
  timers: readonly KeptTimer[];
  listing?: KeptListing;
  clients: Record<string, KeptClient>;
  /** Messages with an id that were applied, by session id; absent: none yet. */
  once?: Record<string, KeptOnce>;
  /** Set at the first turn: what the room was created with, packed. */
  options?: Uint8Array;
  /** How its match ended, for the ratings of its queue. */
  result?: RoomResult;
  /** The room was disposed of. */
  isOver?: true;
}

/** What changed since the last turn. */
export interface RoomTurn {
  readonly elapsedMs: number;
  readonly nextId?: number;
  readonly image?: Uint8Array;
  readonly changes?: readonly Uint8Array[];
  readonly durable?: Readonly<Record<string, Uint8Array>>;
  readonly timers?: readonly KeptTimer[];
  readonly listing?: KeptListing;
  /** Null: gone. */
  readonly clients?: Readonly<Record<string, Omit<KeptClient, "view"> | null>>;
  /** Null: it was taken away. */
  readonly views?: Readonly<Record<string, ViewChange | null>>;
  /** Those that were applied since. */
  readonly once?: Readonly<Record<string, KeptOnce>>;
  readonly options?: Uint8Array;
  readonly result?: RoomResult;
  readonly isOver?: true;
}

export const turnName = "turn";

const emptyWorld = (): RoomWorld => ({
  ...{ changes: [], nextId: 0, elapsedMs: 0, durable: {}, timers: [], clients: {} },
});

function applyTurn(world: RoomWorld, turn: RoomTurn): void {
  world.elapsedMs = turn.elapsedMs;
  if (turn.nextId !== undefined) world.nextId = turn.nextId;
  if (turn.image !== undefined) {
    world.image = turn.image;
    world.changes = [];
  }
  if (turn.changes !== undefined) world.changes.push(...turn.changes);
  if (turn.durable !== undefined) Object.assign(world.durable, turn.durable);
  if (turn.timers !== undefined) world.timers = turn.timers;
  if (turn.listing !== undefined) world.listing = turn.listing;
  if (turn.options !== undefined) world.options = turn.options;
  if (turn.result !== undefined) world.result = turn.result;
  if (turn.isOver !== undefined) world.isOver = turn.isOver;
  for (const [sessionId, client] of Object.entries(turn.clients ?? {})) {
    const { view } = world.clients[sessionId] ?? {};
    if (client === null) {
      delete world.clients[sessionId];
      delete world.once?.[sessionId];
    } else world.clients[sessionId] = { ...client, ...(view && { view }) };
  }
  for (const [sessionId, change] of Object.entries(turn.once ?? {})) {
    world.once ??= {};
    world.once[sessionId] = withOnce(world.once[sessionId], change);
  }
  for (const [sessionId, change] of Object.entries(turn.views ?? {})) {
    const client = world.clients[sessionId];
    if (client === undefined) continue;
    const { view, ...viewless } = client;
    world.clients[sessionId] = change === null ? viewless : { ...viewless, view: withChange(view, change) };
  }
}

const disposed = "the room was disposed of";
const taken: CommandAnswer = { ok: true };
/** Turns per second: what a handler sends waits for the next one. */
const turnsPerSecondMax = 60;
const NothingShown = schema({}, "NothingShown");
const anything = {
  parse: (value: unknown) => value,
  safeParse: (data: unknown) => ({ success: true, data }),
} as unknown as AnyGame["options"];

/** No room lets more clients in at once. */
const seatsMax = 1000;

/** The game of a room class, for the match below its rooms. */
export function roomGame(name: string): AnyGame {
  return {
    name,
    version: 1,
    rate: "events",
    isRoom: true,
    tickRate: turnsPerSecondMax,
    patchRate: turnsPerSecondMax,
    // Colyseus decides how long a place is held, and whether a room without clients ends.
    whenEmpty: "play on",
    seatGrace: "match",
    seats: { min: 0, max: seatsMax },
    input: { seq: { type: "uint32", min: 0, max: 0xffff_ffff } },
    commands: {},
    options: anything,
    view: {
      create: () => new NothingShown(),
      write: () => {},
      read: () => null,
      of: () => null,
    },
    create: emptyWorld,
    step: (world: RoomWorld, { commands }: TickRecord<unknown>) =>
      commands.map(({ command }) => {
        applyTurn(world, command.payload as RoomTurn);
        return taken;
      }),
    outcome: (world: RoomWorld) => (world.isOver ? outcomeOf(world.result, disposed) : undefined),
  };
}
