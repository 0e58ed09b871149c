/**
 * The matches of this process: creates new ones, restores stored ones, and knows which run. It decides nothing about
 * sockets and rooms; a room gets its match from here.
 */

import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { AnyGame, Outcome } from "../../shared/game/game.ts";
import { words } from "../../shared/game/issues.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { Committer } from "../durability/committer.ts";
import { formatsHere } from "../durability/format.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import type { AskParts } from "./asks/match-asks.ts";
import { type HostLimits, liveLimitsOf } from "./host-limits.ts";
import { type HostMetrics, noHostMetrics } from "./host-metrics.ts";
import { LiveMatch } from "./live-match.ts";
import { AsleepAlone, type Made, type Maker, tooManyOf } from "./makers.ts";
import { isByEvents } from "./match-time.ts";
import { type RestoreOutcome, type RestoreReport, Restores } from "./restores.ts";
import { type LineUpAtEnd, resultOf } from "./room-result.ts";
import { type MatchState, newMatchState } from "./state.ts";
import type { Ticker } from "./ticker.ts";
import { type About, aboutOf } from "./versions.ts";

export interface HostParts<Frame> {
  readonly node: string;
  readonly games: readonly AnyGame[];
  readonly store: Store;
  readonly committer: Committer;
  readonly ticker: Ticker;
  readonly limits: HostLimits;
  /** Without it, nothing is measured. */
  readonly metrics?: HostMetrics;
  readonly nowMs: SteadyClock;
  /** The clock of the store; a game by events lives by it. */
  readonly unixMs: UnixClock;
  /** A random uint32, kept with the match. */
  readonly seed: () => number;
  readonly log: (message: string, details: object) => void;
  readonly deliver: (frame: Frame) => void;
  /** How asks of games are carried out; left out: they are not, and time out. */
  readonly asks?: AskParts;
  /** Counts the outcome of a queue's match. It may be called again for the same match. */
  readonly settle?: (ended: EndedMatch) => Promise<void>;
  /** For tests only (gate.ts). */
  readonly gateOpen?: boolean;
  /** See `TakeOverParts`. */
  readonly developing?: boolean;
}

/** The origin or the user for which a match is created. */
export interface MadeBy {
  readonly origin?: MatchOrigin | undefined;
  readonly maker?: Maker | undefined;
}

export interface EndedMatch {
  readonly id: string;
  readonly origin: MatchOrigin;
  readonly outcome: Outcome;
  /** Players at the end, held seats included, and those who left earlier. */
  readonly state: LineUpAtEnd;
}

export type OpenResult<Frame> =
  | { ok: true; live: LiveMatch<Frame> }
  | { ok: false; code: OpenRefusal; detail: string };

type OpenRefusal = "match/too-many" | "match/too-many-yours" | "seat/too-many-yours" | "match/bad-options";

interface Hosted<Frame> {
  readonly live: LiveMatch<Frame>;
  readonly startedAtMs: number;
  readonly origin: MatchOrigin | undefined;
  /** Set for a match that was created here, and not for a queue; also after it slept, if nobody else was in it. */
  readonly maker: Maker | undefined;
  takeOff: (() => void) | undefined;
}

export class MatchHost<Frame> {
  readonly #parts: HostParts<Frame>;
  readonly #hosted = new Map<string, Hosted<Frame>>();
  /** Matches that are being created: they count towards the limit, or two at once would exceed it. */
  readonly #opening = new Set<{ readonly maker: Maker | undefined }>();
  readonly #asleep: AsleepAlone;
  readonly #restores: Restores;
  /** A match was added, got its room, or was removed. */
  onChanged: () => void = () => {};

  constructor(parts: HostParts<Frame>) {
    this.#parts = parts;
    this.#asleep = new AsleepAlone(parts.nowMs);
    this.#restores = new Restores(parts, {
      runs: (id) => this.#runs(id),
      onOpened: ({ entry, game, state, byOtherRules }) => {
        const live = this.#host(entry, game, state, this.#asleep.woke(entry.id));
        if (byOtherRules) live.match.rulesChanged();
      },
    });
  }

  get node(): string {
    return this.#parts.node;
  }

  get nowMs(): () => number {
    return this.#parts.nowMs;
  }

  /** Every match of this process, in order of arrival. */
  all(): readonly Omit<Hosted<Frame>, "takeOff">[] {
    return [...this.#hosted.values()];
  }

  /** The matches that have a room, which clients can join. */
  withRoom(): readonly Omit<Hosted<Frame>, "takeOff">[] {
    return [...this.#hosted.values()].filter(({ takeOff }) => takeOff !== undefined);
  }

  /** The queue that created the match; undefined: none did. */
  originOf(id: string): MatchOrigin | undefined {
    return this.#hosted.get(id)?.origin;
  }

  /**
   * Creates a match, which is in the store when this resolves.
   * @param by `origin` of a queue's match; `maker` when a user asked for it
   */
  async open(id: string, game: AnyGame, rawOptions: unknown, by: MadeBy = {}): Promise<OpenResult<Frame>> {
    const { limits } = this.#parts;
    if (this.isFull)
      return {
        ok: false,
        code: "match/too-many",
        detail: `this server runs at most ${limits.matchesMax} matches`,
      };
    const placesFull = by.maker && this.placesFull(by.maker.userId);
    if (placesFull !== undefined) return { ok: false, code: "seat/too-many-yours", detail: placesFull };
    const tooMany = by.maker && tooManyOf(by.maker, this.#made(), limits);
    if (tooMany !== undefined) return { ok: false, code: "match/too-many-yours", detail: tooMany };
    const options = game.options.safeParse(rawOptions ?? {});
    if (!options.success)
      return { ok: false, code: "match/bad-options", detail: words(options.error.issues, "options") };
    const set = game.serverOptions?.safeParse(by.origin?.serverOptions ?? {});
    if (set?.success === false)
      return { ok: false, code: "match/bad-options", detail: words(set.error.issues, "serverOptions") };
    const opening = { maker: by.maker };
    this.#opening.add(opening);
    try {
      return { ok: true, live: await this.#open(id, game, options.data, by) };
    } finally {
      this.#opening.delete(opening);
    }
  }

  async #open(
    id: string,
    game: AnyGame,
    options: unknown,
    { origin, maker }: MadeBy,
  ): Promise<LiveMatch<Frame>> {
    const seed = this.#parts.seed();
    const about: About = {
      ...{ game: game.name, version: game.version, formats: formatsHere, seed, options },
      ...(origin !== undefined && { origin }),
    };
    const entry = await this.#parts.store.create({
      id,
      node: this.#parts.node,
      about: JSON.stringify(about),
    });
    return this.#host(entry, game, newMatchState(game, seed, options, about), maker);
  }

  *#made(): Iterable<Made> {
    yield* this.#opening;
    yield* this.#asleep.made();
    for (const { live, maker } of this.#hosted.values()) yield { maker, match: live.match };
  }

  /**
   * Why a user may take no further place in this process, be it a seat or one to watch from; undefined: they may. A
   * match that is over does not count.
   */
  placesFull(userId: string): string | undefined {
    const { seatsPerUserMax } = this.#parts.limits;
    if (seatsPerUserMax === 0) return undefined;
    let places = 0;
    for (const { live } of this.#hosted.values())
      if (live.match.outcome === undefined) places += live.match.placesOf(userId);
    return places < seatsPerUserMax ? undefined : `you have ${places} places in matches of this server`;
  }

  /** Whether it may open no further match. */
  get isFull(): boolean {
    return this.#hosted.size + this.#opening.size >= this.#parts.limits.matchesMax;
  }

  /** Whether the match is in this process. */
  hosts(id: string): boolean {
    return this.#hosted.has(id);
  }

  /** See `Restores`: every running match of the store. */
  restoreAll(): Promise<RestoreReport> {
    return this.#restores.all();
  }

  /** See `Restores`: one that another node left. Never rejects. */
  restoreOne(entry: MatchEntry): Promise<RestoreOutcome> {
    return this.#restores.one(entry);
  }

  /** The match `id`, for its new room; undefined when no such match waits for a room. */
  take(id: string): LiveMatch<Frame> | undefined {
    const hosted = this.#hosted.get(id);
    return hosted !== undefined && hosted.takeOff === undefined ? hosted.live : undefined;
  }

  /** Starts the ticks of a match that has its room. */
  start(live: LiveMatch<Frame>): void {
    const hosted = this.#hosted.get(live.id)!;
    const { ticker } = this.#parts;
    const { game } = live.match;
    hosted.takeOff = isByEvents(game)
      ? ticker.addByEvents(game.tickRate, live, game.isRoom)
      : ticker.add(game.tickRate, live);
    this.onChanged();
  }

  /** The store has it alone now; it still counts to its maker for a while. */
  fellAsleep(live: LiveMatch<Frame>): void {
    const { maker } = this.#hosted.get(live.id)!;
    this.#asleep.fellAsleep(live.id, { maker, match: live.match });
    live.fellAsleep();
  }

  /** The match no longer runs here. A match with the same id that was restored meanwhile stays. */
  forget(live: LiveMatch<Frame>): void {
    const hosted = this.#hosted.get(live.id);
    if (hosted?.live !== live) return;
    hosted.takeOff?.();
    this.#hosted.delete(live.id);
    this.onChanged();
  }

  #runs(id: string): boolean {
    const hosted = this.#hosted.get(id);
    return hosted !== undefined && hosted.live.lifecycle !== "stopped";
  }

  #host(entry: MatchEntry, game: AnyGame, state: MatchState, maker?: Maker): LiveMatch<Frame> {
    const { store, committer, nowMs, unixMs, log, deliver, settle, asks, gateOpen = false } = this.#parts;
    const { metrics = noHostMetrics } = this.#parts;
    const { origin } = aboutOf(entry);
    const live = new LiveMatch<Frame>({
      id: entry.id,
      epoch: entry.epoch,
      game,
      state,
      limits: liveLimitsOf(this.#parts.limits, game, origin),
      store,
      committer,
      metrics,
      nowMs,
      timeMs: () => unixMs() - entry.createdAtMs,
      log,
      deliver,
      gateOpen,
      ...(asks !== undefined && { asks }),
      ...(origin !== undefined &&
        settle !== undefined && {
          settle: async (outcome: Outcome) => {
            // A durable room that said nothing of its end changes no rating.
            const standing = game.isRoom ? resultOf(state.world) : state;
            if (standing !== undefined) await settle({ id: entry.id, origin, outcome, state: standing });
          },
        }),
    });
    // An earlier match of this id has stopped, and its room is still closing.
    this.#hosted.get(entry.id)?.takeOff?.();
    this.#hosted.set(entry.id, { live, startedAtMs: entry.createdAtMs, origin, maker, takeOff: undefined });
    this.onChanged();
    return live;
  }
}
