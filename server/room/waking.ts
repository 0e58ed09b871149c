/**
 * Wakes sleeping matches of the store: those that somebody asks for, and those whose time is there. Several who want one match
 * wake it once. A few are woken at once, and some wait in line; beyond that the answer is `match/waking`, to be asked again.
 * It knows nothing of seats: once the match is awake, the caller goes on as with any other.
 */
import type { UnixClock } from "../../shared/clock.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import type { RestoreOutcome } from "../match/restores.ts";
import { type ReservationRefusal, refused } from "./reservation.ts";
import type { RoomOpening } from "./restored-room.ts";
import { mayHaveSeat } from "./shown-asleep.ts";
import { Unopened } from "./unopened.ts";

const wakesAtOnce = 8;
const lineMax = 256;
/** This many that are open under a name are tried until one is awake. */
const openTriesMax = 3;

/** here: its room is open. unknown: no such match sleeps. */
export type Woken =
  | { readonly kind: "here" }
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly why: ReservationRefusal };

/** Why a match was woken. */
export type WakeReason = "join" | "timer";

export interface WakingParts {
  readonly store: Pick<Store, "find" | "openAsleep" | "sleep">;
  readonly host: {
    readonly node: string;
    hosts(id: string): boolean;
    readonly isFull: boolean;
    restoreOne(entry: MatchEntry): Promise<RestoreOutcome>;
  };
  /** Whether the match has a room here, and is not about to sleep. */
  readonly isAwake: (id: string) => boolean;
  /** Resolves when a match that is falling asleep here does sleep, or stays awake. */
  readonly asleep: (id: string) => Promise<void> | undefined;
  /** Resolves when none of those falls asleep any more that do so now. */
  readonly noneFalls: () => Promise<unknown>;
  /** Never rejects. */
  readonly openRoom: (id: string) => Promise<RoomOpening>;
  /** A match was woken this many seconds after it was asked for. */
  readonly onWoken: (id: string, reason: WakeReason, seconds: number) => void;
  /** Whether this process may take a match now. */
  readonly isReady: () => boolean;
  readonly nowMs: () => number;
  /** The clock of the store. */
  readonly unixMs: UnixClock;
  readonly log: (message: string, details: object) => void;
}

const here: Woken = { kind: "here" };
const unknown: Woken = { kind: "unknown" };

export class Waking {
  readonly #parts: WakingParts;
  readonly #unopened: Unopened;
  readonly #underWay = new Map<string, Promise<Woken>>();
  #running = 0;
  readonly #line: (() => void)[] = [];
  #stopped = false;

  constructor(parts: WakingParts) {
    this.#parts = parts;
    this.#unopened = new Unopened(parts);
  }

  /** How many are being woken, or wait for it. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** No match is woken here any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when the match is awake here, or does not sleep. @throws StoreError */
  wake(id: string, reason: WakeReason = "join"): Promise<Woken> {
    if (this.#parts.isAwake(id)) return Promise.resolve(here);
    const before = this.#underWay.get(id);
    if (before !== undefined) return before;
    if (this.#underWay.size >= wakesAtOnce + lineMax || this.#stopped || !this.#parts.isReady())
      return Promise.resolve(refusal("match/waking", `${this.#underWay.size} matches are being woken here`));
    const woken = this.#inLine(() => this.#wake(id, reason)).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, woken);
    return woken;
  }

  /**
   * Wakes it for a player who shows the token of their seat; one that keeps no such seat sleeps on, since nobody needs a
   * session. @returns why the seat may not be asked for @throws StoreError
   */
  async ready(id: string, token: string): Promise<ReservationRefusal | undefined> {
    const { isAwake, asleep, store } = this.#parts;
    if (isAwake(id)) return undefined;
    await asleep(id);
    const entry = await store.find(id);
    if (entry !== undefined && !mayHaveSeat(entry, token))
      return refused("seat/gone", `no seat of match "${id}" has this token`);
    const woken = await this.wake(id);
    return woken.kind === "refused" ? woken.why : undefined;
  }

  /** Resolves when no match here is between awake and asleep: a place in such a one would be gone with it. */
  async noneFalls(): Promise<void> {
    await this.#parts.noneFalls();
  }

  /** Wakes one match that is open under this name. @returns its id; undefined when none sleeps, or none could be woken */
  async wakeOpen(name: string): Promise<string | undefined> {
    const passedOver = this.#unopened.size;
    const open = await this.#parts.store.openAsleep(name, openTriesMax + passedOver);
    const tried = open.filter((id) => !this.#unopened.has(id)).slice(0, openTriesMax);
    for (const id of tried) if ((await this.wake(id)).kind === "here") return id;
    return undefined;
  }

  async #inLine(task: () => Promise<Woken>): Promise<Woken> {
    if (this.#running >= wakesAtOnce) await new Promise<void>((go) => this.#line.push(go));
    this.#running += 1;
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#line.shift()?.();
    }
  }

  async #wake(id: string, reason: WakeReason): Promise<Woken> {
    const { store, host, isAwake, asleep, nowMs, log } = this.#parts;
    const askedMs = nowMs();
    await asleep(id);
    if (isAwake(id)) return here;
    const entry = await store.find(id);
    // Claimed by this process and not in it: its room could not be opened.
    if (entry?.state === "running" && entry.node === host.node && !host.hosts(id)) return unopened(id);
    if (entry?.state !== "sleeping") return unknown;
    if (this.#unopened.has(id)) return unopened(id);
    if (host.isFull) return refusal("match/too-many", "this server runs as many matches as it may");
    const outcome = await host.restoreOne(entry);
    switch (outcome.kind) {
      case "restored":
        return this.#opened(entry, reason, askedMs);
      // Another process woke it, or is doing so.
      case "lost-race":
        return refusal("match/moving", `match "${id}" is being woken elsewhere`);
      case "left":
        log("a sleeping match could not be woken here", { match: id, reason: outcome.reason });
        return refusal("match/moving", `match "${id}" cannot be opened here now`);
      case "set-aside":
        log("a sleeping match cannot be read and is set aside", { match: id, reason: outcome.reason });
        return unknown;
    }
  }

  async #opened(entry: MatchEntry, reason: WakeReason, askedMs: number): Promise<Woken> {
    const { openRoom, onWoken, nowMs } = this.#parts;
    const opening = await openRoom(entry.id);
    if (opening.kind === "left") {
      await this.#unopened.add(entry, opening);
      return unopened(entry.id);
    }
    onWoken(entry.id, reason, (nowMs() - askedMs) / 1000);
    return here;
  }
}

const unopened = (id: string) => refusal("match/unopened", `match "${id}" cannot be opened here now`);

function refusal(code: ReservationRefusal["code"], detail: string): Woken {
  return { kind: "refused", why: refused(code, detail) };
}
