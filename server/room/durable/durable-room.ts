/**
 * `DurableRoom`: a Colyseus room that outlives its process. It is written as any room; on Holdfast's server its state, its
 * clients with what they may see, its named timers and its durable fields are kept, and it goes on in another process under
 * the same id. On a server of Colyseus alone it is a room as any other. What keeps it is in durable-host.ts.
 */
import { Room } from "@colyseus/core";
import type { Schema } from "@colyseus/schema";
import { type NamedClock, nameTimers, timersOf } from "./room-timers.ts";

/** `DurableRoom<State>`, or with more types as for Colyseus' own: `DurableRoom<{ state: State; metadata: … }>`. */
type OptionsOf<Given> = Given extends Schema ? { state: Given } : Given;

/** What a room is told when it goes on in another process. */
export interface RestoreInfo {
  /** How long nobody had the room, in milliseconds, as far as the journal tells: since its last record. */
  readonly gapMs: number;
  /** Named timers whose time was in the gap. They run at the first tick of the clock, unless they are cleared. */
  readonly missed: readonly { readonly name: string; readonly lateMs: number }[];
  /** Number of the last record. */
  readonly tick: number;
  /** What the room was created with. */
  readonly options: unknown;
}

export class DurableRoom<Given extends object = object> extends Room<OptionsOf<Given>> {
  /** Names of the fields that are kept beside the state: anything that can be cloned. */
  static readonly durable: readonly string[] = [];

  /** Timers with the name of a method of the room instead of a function are kept. */
  declare clock: Room["clock"] & NamedClock;

  constructor() {
    super();
    nameTimers(this as unknown as Room);
  }

  /**
   * The room goes on in another process. State, durable fields, timers and clients are as they were; no client is back yet.
   * With this method, `onCreate` is called once in the life of the room; without it, `onCreate` is called here again, to set
   * the room up, and what it does to the state does not count.
   */
  onRestore?(info: RestoreInfo): unknown;

  /**
   * Says how the match of a queue ended: the numbers of its sides, best first; sides of one place share a list. Those who are
   * in the room now are who played for their side, and who left before lost. Ratings count it once, when the room is over; what
   * is said later takes its place. In a room that no queue made, and on a server of Colyseus alone, it does nothing.
   * @throws RangeError when a side is missing, or there twice
   */
  rankSides(_places: readonly (readonly number[])[]): void {}

  /**
   * The name of the queue that made the room; undefined: no queue did, whatever its options say. A client may make a room of this
   * kind too, with any options.
   */
  ofQueue(): string | undefined {
    return undefined;
  }

  /** The named timer; of several the first one. */
  timer(name: string): ReturnType<Room["clock"]["setTimeout"]> | undefined {
    return timersOf(this as unknown as Room).named(name);
  }
}

/** Whether rooms of this class are kept. */
export const isDurable = (roomClass: unknown): roomClass is typeof DurableRoom =>
  typeof roomClass === "function" &&
  (roomClass === DurableRoom || roomClass.prototype instanceof DurableRoom);
