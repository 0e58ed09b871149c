/**
 * Lets the matches of this process sleep that nobody is in and that wait for nothing, if their game wants that. A match stands
 * still until a snapshot of it is kept, then the store is told that it sleeps, and only then it is gone from here. A client that
 * came meanwhile finds it again by waking it. If the store does not take it, the match goes on here.
 */
import type { UnixMs } from "../../shared/clock.ts";
import type { Asleep, Store } from "../durability/store.ts";
import type { MatchHost } from "../match/host.ts";
import { clockPerSecond } from "../match/match-time.ts";
import type { OutFrame } from "./gated-socket.ts";
import type { MatchRoom } from "./match-room.ts";
import { markOf, type ShownAsleep } from "./shown-asleep.ts";

const atOnceMax = 8;
/** A match that woke by itself sleeps again this soon. */
const againAfterMs = 1000;

export interface FallingAsleepParts {
  readonly host: MatchHost<OutFrame>;
  readonly store: Pick<Store, "sleep" | "asleep">;
  readonly roomOf: (id: string) => MatchRoom | undefined;
  /** Nobody has been in a match for this long before it sleeps. */
  readonly afterMs: number;
  /** The store keeps no more sleeping matches than this; the others stay awake. */
  readonly sleepingMax: number;
  readonly nowMs: () => number;
  readonly log: (message: string, details: object) => void;
}

export class FallingAsleep {
  readonly #parts: FallingAsleepParts;
  /** Since when each match has had nothing to do. */
  readonly #restingSinceMs = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** Matches that woke by themselves and that nobody has entered since. */
  readonly #wokenAlone = new Set<string>();
  #stopped = false;

  constructor(parts: FallingAsleepParts) {
    this.#parts = parts;
  }

  /** Resolves when the match sleeps, or stays awake after all; undefined when it does neither now. */
  of(id: string): Promise<void> | undefined {
    return this.#underWay.get(id);
  }

  /** Resolves when all of them do. */
  none(): Promise<unknown> {
    return Promise.allSettled(this.#underWay.values());
  }

  wokeAlone(id: string): void {
    this.#wokenAlone.add(id);
  }

  /** From now on no match falls asleep here. Resolves when none is doing so. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.none();
  }

  /** Called now and then. */
  look(): void {
    if (this.#stopped) return;
    const { host, nowMs, afterMs } = this.#parts;
    for (const { live, startedAtMs } of host.withRoom()) {
      const room = this.#resting(live.id);
      if (room === undefined) {
        this.#restingSinceMs.delete(live.id);
        if (live.match.state.seats.some(({ droppedAt }) => droppedAt === undefined))
          this.#wokenAlone.delete(live.id);
        continue;
      }
      const sinceMs = this.#restingSinceMs.get(live.id) ?? nowMs();
      this.#restingSinceMs.set(live.id, sinceMs);
      const waitMs = this.#wokenAlone.has(live.id) ? Math.min(afterMs, againAfterMs) : afterMs;
      if (nowMs() - sinceMs >= waitMs && this.#underWay.size < atOnceMax) this.#begin(room, startedAtMs);
    }
    for (const id of [...this.#restingSinceMs.keys(), ...this.#wokenAlone])
      if (!host.hosts(id)) this.#forget(id);
  }

  /** Its room, when nothing keeps it awake. */
  #resting(id: string): MatchRoom | undefined {
    const room = this.#parts.roomOf(id);
    if (room === undefined || this.#underWay.has(id) || room.clients.length > 0 || room.places.expected(true))
      return undefined;
    const { live } = room;
    const rest = live.rest();
    if (rest === undefined) return undefined;
    const perMs = clockPerSecond(live.match.game) / 1000;
    // What is due soon is waited for.
    return (rest.until - live.match.clock) / perMs > this.#parts.afterMs ? room : undefined;
  }

  #begin(room: MatchRoom, startedAtMs: UnixMs): void {
    const id = room.roomId;
    const { log } = this.#parts;
    const asleep = this.#fallAsleep(room, startedAtMs)
      .catch((error) =>
        log("a match stays awake, because it could not be put to sleep", { match: id, error }),
      )
      .finally(() => {
        this.#underWay.delete(id);
        this.#forget(id);
      });
    this.#underWay.set(id, asleep);
  }

  #forget(id: string): void {
    this.#restingSinceMs.delete(id);
    this.#wokenAlone.delete(id);
  }

  async #fallAsleep(room: MatchRoom, startedAtMs: UnixMs): Promise<void> {
    const { live } = room;
    const { host, store, sleepingMax } = this.#parts;
    if ((await store.asleep()) >= sleepingMax) throw new Error(`${sleepingMax} matches sleep already`);
    await live.handOver();
    try {
      const rest = live.rest();
      if (rest === undefined || room.clients.length > 0 || room.places.expected(true)) return live.resume();
      const asleep = asleepOf(room, { startedAtMs, until: rest.until });
      const told = await store.sleep({ id: live.id, epoch: live.epoch, asleep });
      // Another process has it.
      if (!told.ok) return live.giveUp();
    } catch (error) {
      live.resume();
      throw error;
    }
    host.fellAsleep(live);
    await room.end.closed;
  }
}

function asleepOf(
  { live: { match }, places }: MatchRoom,
  { startedAtMs, until }: { readonly startedAtMs: UnixMs; readonly until: number },
): Asleep {
  const { seatsTaken: taken, game, tick } = match;
  const marks = match.state.seats.map(({ token }) => markOf(token));
  return {
    ...(until !== Number.POSITIVE_INFINITY && { wakesAtMs: startedAtMs + Math.ceil(until) }),
    ...(!places.isBooked && taken < game.seats.max && { openAs: game.name }),
    shown: JSON.stringify({ tick, taken, marks } satisfies ShownAsleep),
  };
}
