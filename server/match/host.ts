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
import { type HostMetrics, noHostMetrics } from "./host-metrics.ts";
import type { GatePolicy } from "./life/life.ts";
import { type LiveLimits, LiveMatch } from "./live-match.ts";
import { type Made, type Maker, type MakerLimits, tooManyOf } from "./makers.ts";
import { clockPerSecond, isByEvents } from "./match-time.ts";
import { type MatchState, newMatchState } from "./state.ts";
import { type TakeOver, takeOver } from "./take-over.ts";
import type { Ticker } from "./ticker.ts";
import { type About, aboutOf } from "./versions.ts";

/** Limits in the units of the settings; the match clock turns them into its ticks. */
export interface HostLimits extends MakerLimits {
  readonly seatGraceSeconds: number;
  /** A match without players ends after this time; 0: never. */
  readonly emptySeconds: number;
  /** A queue's match whose players have no opponents any more ends after this time; 0: never. */
  readonly aloneSeconds: number;
  readonly commandsPerSecondMax: number;
  readonly commandBytesPerSecondMax: number;
  readonly spectatorsMax: number;
  readonly commandsPendingMax: number;
  readonly unackedTicksMax: number;
  readonly gateBytesMax: number;
  readonly snapshotEverySeconds: number;
  readonly snapshotEveryBytes: number;
  readonly matchesMax: number;
  /** Default strict. */
  readonly gate?: GatePolicy;
}

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
  readonly state: Pick<MatchState, "seats" | "departed">;
}

export type OpenResult<Frame> =
  | { ok: true; live: LiveMatch<Frame> }
  | { ok: false; code: OpenRefusal; detail: string };

type OpenRefusal = "match/too-many" | "match/too-many-yours" | "seat/too-many-yours" | "match/bad-options";

export interface LeftMatch {
  readonly id: string;
  readonly reason: string;
}

export interface RestoreReport {
  readonly restored: readonly string[];
  /** Unreadable matches: kept, and not tried again. */
  readonly setAside: readonly LeftMatch[];
  /** Matches of a game or version that this server does not have, or whose read failed: to be tried again. */
  readonly left: readonly LeftMatch[];
}

/** The result of one restore. lost-race: another node claimed the match, or it ended, meanwhile. */
export type RestoreOutcome = { readonly kind: "restored" } | Exclude<TakeOver, { kind: "opened" }>;

const restoresAtOnce = 8;
/** Beyond it the oldest is forgotten, and would be claimed once more before it is left again. */
const leftMax = 1000;

interface Hosted<Frame> {
  readonly live: LiveMatch<Frame>;
  readonly startedAtMs: number;
  readonly origin: MatchOrigin | undefined;
  /** Set for a match that was created here and not for a queue. */
  readonly maker: Maker | undefined;
  takeOff: (() => void) | undefined;
}

export class MatchHost<Frame> {
  readonly #parts: HostParts<Frame>;
  readonly #hosted = new Map<string, Hosted<Frame>>();
  /** Matches that are being created: they count towards the limit, or two at once would exceed it. */
  readonly #opening = new Set<{ readonly maker: Maker | undefined }>();
  /** Matches that are being restored. */
  readonly #restoring = new Set<string>();
  /** Matches that could not be opened here, the latest last. */
  readonly #left = new Set<string>();
  /** A match was added, got its room, or was removed. */
  onChanged: () => void = () => {};

  constructor(parts: HostParts<Frame>) {
    this.#parts = parts;
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

  /**
   * Takes over every running match of the store and restores it, a few at a time. One that cannot be read is set
   * aside by name; one of another game or version is left for a server that has it. Neither keeps the others from
   * being restored (P7).
   */
  async restoreAll(): Promise<RestoreReport> {
    const waiting = (await this.#parts.store.list("awake")).filter((entry) => entry.state === "running");
    const restored: string[] = [];
    const setAside: LeftMatch[] = [];
    const left: LeftMatch[] = [];
    const restoreNext = async (): Promise<void> => {
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
        const outcome = await this.restoreOne(entry);
        if (outcome.kind === "restored") restored.push(entry.id);
        else (outcome.kind === "set-aside" ? setAside : left).push({ id: entry.id, reason: outcome.reason });
      }
    };
    await Promise.all(Array.from({ length: restoresAtOnce }, restoreNext));
    return { restored, setAside, left };
  }

  /**
   * Takes over one running match, if its epoch is still that of the entry, and restores it. A match that this server
   * cannot open is not claimed. Never rejects: a failure of the store says nothing about the match, which is then
   * left. If it was already claimed, the catalogue names this node as owner although it does not run here.
   */
  async restoreOne(entry: MatchEntry): Promise<RestoreOutcome> {
    const { id } = entry;
    // With two restores at once, the slower one would replace the newer owner by an older one.
    if (this.#runs(id) || this.#restoring.has(id))
      return { kind: "left", reason: `match ${id}: it runs here, or is being restored` };
    this.#restoring.add(id);
    const { nowMs, metrics = noHostMetrics } = this.#parts;
    const startedMs = nowMs();
    try {
      const outcome = await this.#restore(entry);
      metrics.restored(outcome.kind, (nowMs() - startedMs) / 1000);
      return outcome;
    } finally {
      this.#restoring.delete(id);
    }
  }

  async #restore(entry: MatchEntry): Promise<RestoreOutcome> {
    const taken = await takeOver(this.#parts, entry, { looksFirst: this.#left.has(entry.id) });
    this.#remember(entry.id, taken.kind === "left");
    if (taken.kind === "set-aside") return await this.#setAside(entry.id, taken);
    if (taken.kind !== "opened") return taken;
    const live = this.#host(taken.entry, taken.game, taken.state);
    if (taken.byOtherRules) live.match.rulesChanged();
    return { kind: "restored" };
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
      ? ticker.addByEvents(game.tickRate, live)
      : ticker.add(game.tickRate, live);
    this.onChanged();
  }

  /** The match no longer runs here. A match with the same id that was restored meanwhile stays. */
  forget(live: LiveMatch<Frame>): void {
    const hosted = this.#hosted.get(live.id);
    if (hosted?.live !== live) return;
    hosted.takeOff?.();
    this.#hosted.delete(live.id);
    this.onChanged();
  }

  #remember(id: string, isLeft: boolean): void {
    this.#left.delete(id);
    if (isLeft) this.#left.add(id);
    if (this.#left.size > leftMax) this.#left.delete(this.#left.values().next().value!);
  }

  #runs(id: string): boolean {
    const hosted = this.#hosted.get(id);
    return hosted !== undefined && hosted.live.lifecycle !== "stopped";
  }

  async #setAside(id: string, taken: RestoreOutcome & { reason: string }): Promise<RestoreOutcome> {
    try {
      await this.#parts.store.setAside(id, taken.reason);
      return taken;
    } catch (error) {
      return {
        kind: "left",
        reason: `${taken.reason}; setting it aside failed: ${(error as Error).message}`,
      };
    }
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
      limits: this.#limits(game, origin),
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
          settle: (outcome: Outcome) => settle({ id: entry.id, origin, outcome, state }),
        }),
    });
    // An earlier match of this id has stopped, and its room is still closing.
    this.#hosted.get(entry.id)?.takeOff?.();
    this.#hosted.set(entry.id, { live, startedAtMs: entry.createdAtMs, origin, maker, takeOff: undefined });
    this.onChanged();
    return live;
  }

  #limits(game: AnyGame, origin: MatchOrigin | undefined): LiveLimits {
    const { seatGraceSeconds, snapshotEverySeconds, emptySeconds, aloneSeconds, ...same } =
      this.#parts.limits;
    const perSecond = clockPerSecond(game);
    const ticksUntil = (seconds: number) => (seconds === 0 ? Number.POSITIVE_INFINITY : seconds * perSecond);
    return {
      ...same,
      emptyTicksMax: ticksUntil((game.whenEmpty ?? "end") === "end" ? emptySeconds : 0),
      aloneTicksMax: ticksUntil(aloneSeconds),
      ...(origin !== undefined && { teamSize: origin.teamSize }),
      seatGraceTicks: graceSecondsOf(game, seatGraceSeconds) * perSecond,
      watchGraceTicks: seatGraceSeconds * perSecond,
      // In a game by events it bounds how many steps a restore replays, as in any other.
      snapshotEveryTicks: snapshotEverySeconds * game.tickRate,
    };
  }
}

/** Who is in a match that sleeps keeps their seat, if its game does not say how long. */
function graceSecondsOf({ seatGrace, whenEmpty }: AnyGame, usual: number): number {
  const grace = seatGrace ?? (whenEmpty === "sleep" ? "match" : usual);
  return grace === "match" ? Number.POSITIVE_INFINITY : grace;
}
