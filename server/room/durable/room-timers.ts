/**
 * The timers of a durable room. Instead of a function, `clock.setTimeout` and `clock.setInterval` take the name of a
 * method of the room: such a timer is kept, and comes back with what was left of it. One with a function is none of its
 * business, except that it can say how many there were. It writes nothing.
 */
import type { Room } from "@colyseus/core";
import { packed, unpacked } from "./packed.ts";
import type { KeptTimer } from "./room-world.ts";

type RoomClock = Room["clock"];
type Delayed = ReturnType<RoomClock["setTimeout"]>;

/** A room's clock, whose timers may be named. */
export type NamedClock = Omit<RoomClock, "setTimeout" | "setInterval"> & {
  setTimeout(handler: string | ((...args: never[]) => unknown), ms: number, ...args: unknown[]): Delayed;
  setInterval(handler: string | ((...args: never[]) => unknown), ms: number, ...args: unknown[]): Delayed;
};

interface Named {
  readonly id: number;
  readonly name: string;
  readonly delayed: Delayed;
  readonly args: Uint8Array;
  readonly repeats: boolean;
}

/** Two times of a timer closer than this are one: a clock's milliseconds have fractions. */
const sameMs = 2;

const known = new WeakMap<object, RoomTimers>();

/** To be called once, when the room is made. */
export function nameTimers(room: Room): void {
  known.set(room, new RoomTimers(room));
}

/** A room that is no `DurableRoom` gets them now: what it has set before has no name. */
export function timersOf(room: Room): RoomTimers {
  const timers = known.get(room);
  if (timers !== undefined) return timers;
  nameTimers(room);
  return known.get(room)!;
}

export class RoomTimers {
  readonly #room: Room;
  readonly #set: RoomClock["setTimeout"];
  readonly #repeat: RoomClock["setInterval"];
  #named = new Map<number, Named>();
  #lastId = 0;
  #kept: readonly KeptTimer[] = [];
  /** Timers with a function that were set so far. */
  anonymous = 0;

  constructor(room: Room) {
    this.#room = room;
    const clock = room.clock as RoomClock;
    this.#set = clock.setTimeout.bind(clock);
    this.#repeat = clock.setInterval.bind(clock);
    const named = clock as unknown as NamedClock;
    named.setTimeout = (handler, ms, ...args) => this.#timer(handler, { ms, args, repeats: false });
    named.setInterval = (handler, ms, ...args) => this.#timer(handler, { ms, args, repeats: true });
  }

  /** All named ones, if they are others than at the last call. */
  changes(): readonly KeptTimer[] | undefined {
    if (this.#named.size === 0 && this.#kept.length === 0) return undefined;
    for (const [id, { delayed }] of this.#named) if (!delayed.active) this.#named.delete(id);
    const before = new Map(this.#kept.map((timer) => [timer.id, timer]));
    const now = [...this.#named.values()].map((timer) => this.#keptOf(timer, before.get(timer.id)));
    const isSame = now.length === this.#kept.length && now.every((timer) => before.get(timer.id) === timer);
    if (isSame) return undefined;
    this.#kept = now;
    return now;
  }

  /** Sets the timers again that were kept, instead of all named ones that are set. */
  restore(kept: readonly KeptTimer[]): void {
    for (const { delayed } of this.#named.values()) delayed.clear();
    this.#named = new Map();
    const { elapsedTime } = this.#room.clock;
    for (const { name, args, periodMs: ms, repeats, dueMs, leftMs } of kept) {
      const given = unpacked(args) as unknown[];
      const delayed = this.#timer(name, { ms, args: given, repeats });
      let left = leftMs ?? dueMs - elapsedTime;
      // One of the times of an interval that have passed is made up for.
      if (repeats && leftMs === undefined && left < 0) left = Math.max(left, -ms);
      delayed.elapsedTime = ms - left;
      if (leftMs !== undefined) delayed.pause();
    }
    this.changes();
  }

  /** The named timer; of several the first one. */
  named(name: string): Delayed | undefined {
    return [...this.#named.values()].find((timer) => timer.name === name && timer.delayed.active)?.delayed;
  }

  #timer(
    handler: string | ((...args: never[]) => unknown),
    { ms, args, repeats }: { readonly ms: number; readonly args: unknown[]; readonly repeats: boolean },
  ): Delayed {
    const set = repeats ? this.#repeat : this.#set;
    if (typeof handler !== "string") {
      this.anonymous += 1;
      return set(handler as never, ms, ...args);
    }
    const methods = this.#room as unknown as Record<string, (...given: unknown[]) => unknown>;
    if (typeof methods[handler] !== "function")
      throw new TypeError(`a timer names "${handler}", which is no method of the room`);
    const delayed = set((...given: unknown[]) => methods[handler]!(...given), ms, ...args);
    const id = ++this.#lastId;
    this.#named.set(id, { id, name: handler, delayed, args: packed(args), repeats });
    return delayed;
  }

  #keptOf({ id, name, delayed, args, repeats }: Named, before: KeptTimer | undefined): KeptTimer {
    const { time: periodMs, elapsedTime, paused } = delayed;
    const leftMs = Math.round(periodMs - elapsedTime);
    const dueMs = Math.round(this.#room.clock.elapsedTime) + leftMs;
    const timer = { id, name, args, periodMs, repeats, dueMs, ...(paused && { leftMs }) };
    return before !== undefined && isSameTime(before, timer) ? before : timer;
  }
}

function isSameTime(before: KeptTimer, now: KeptTimer): boolean {
  if (before.leftMs !== undefined || now.leftMs !== undefined) return before.leftMs === now.leftMs;
  if (before.periodMs !== now.periodMs) return false;
  const apart = Math.abs(now.dueMs - before.dueMs);
  if (!now.repeats || now.periodMs === 0) return apart <= sameMs;
  const rest = apart % now.periodMs;
  return Math.min(rest, now.periodMs - rest) <= sameMs;
}
