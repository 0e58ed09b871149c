/**
 * The matches of this process: opens new ones, restores stored ones, knows which run. It decides nothing
 * about sockets and rooms; a room takes its match from here.
 */

import type { SteadyClock } from "../../shared/clock.ts";
import type { AnyGame, Outcome } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { Committer } from "../durability/committer.ts";
import { formatsHere } from "../durability/format.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import { type HostMetrics, noHostMetrics } from "./host-metrics.ts";
import type { GatePolicy } from "./life/life.ts";
import { type LiveLimits, LiveMatch } from "./live-match.ts";
import { type Maker, type MakerLimits, tooManyOf } from "./makers.ts";
import { type MatchState, newMatchState } from "./state.ts";
import { type TakeOver, takeOver } from "./take-over.ts";
import type { Ticker } from "./ticker.ts";
import { type About, aboutOf } from "./versions.ts";

/** Limits in the units of the settings; a game's tick rate makes them ticks. */
export interface HostLimits extends MakerLimits {
  readonly seatGraceSeconds: number;
  /** A match without players ends after this long; 0: never. */
  readonly emptySeconds: number;
  /** A queue's match whose players have no opponents any more ends after this long; 0: never. */
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
  /** Left out: nothing is measured. */
  readonly metrics?: HostMetrics;
  readonly nowMs: SteadyClock;
  /** A uint32 of chance, kept with the match. */
  readonly seed: () => number;
  readonly log: (message: string, details: object) => void;
  readonly deliver: (frame: Frame) => void;
  /** Counts the outcome of a match that a queue made; may be asked again for the same match. */
  readonly settle?: (ended: EndedMatch) => Promise<void>;
  /** For tests only, see gate.ts. */
  readonly gateOpen?: boolean;
}

/** Who a match is made for. */
export interface MadeBy {
  readonly origin?: MatchOrigin | undefined;
  readonly maker?: Maker | undefined;
}

export interface EndedMatch {
  readonly id: string;
  readonly origin: MatchOrigin;
  readonly outcome: Outcome;
  /** Players at the end, held seats included, and those who had left. */
  readonly state: Pick<MatchState, "seats" | "departed">;
}

export type OpenResult<Frame> =
  | { ok: true; live: LiveMatch<Frame> }
  | { ok: false; code: "match/too-many" | "match/too-many-yours" | "match/bad-options"; detail: string };

export interface RestoreReport {
  readonly restored: readonly string[];
  /** Unreadable: kept, and not looked at again. */
  readonly setAside: readonly { id: string; reason: string }[];
  /** Of a game or a version that this server does not have, or the store failed to say: to be tried again. */
  readonly left: readonly { id: string; reason: string }[];
}

/** What became of one stored match. lost-race: another node claimed it, or it ended, meanwhile. */
export type RestoreOutcome = { readonly kind: "restored" } | Exclude<TakeOver, { kind: "opened" }>;

const restoresAtOnce = 8;
/** Beyond it the oldest is forgotten, and claimed once more before it is left. */
const leftMax = 1000;

interface Hosted<Frame> {
  readonly live: LiveMatch<Frame>;
  readonly startedAtMs: number;
  readonly origin: MatchOrigin | undefined;
  /** Of a match that was made here, and not for a queue. */
  readonly maker: Maker | undefined;
  takeOff: (() => void) | undefined;
}

export class MatchHost<Frame> {
  readonly #parts: HostParts<Frame>;
  readonly #hosted = new Map<string, Hosted<Frame>>();
  /** Matches that are being made: they count, or two at once would be one too many. */
  readonly #opening = new Set<{ readonly maker: Maker | undefined }>();
  /** Matches on their way back. */
  readonly #restoring = new Set<string>();
  /** Matches that could not be opened here, the latest last. */
  readonly #left = new Set<string>();
  /** A match came, got its body, or went. */
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

  /** Every match that this process runs, in order of arrival. */
  all(): readonly Omit<Hosted<Frame>, "takeOff">[] {
    return [...this.#hosted.values()];
  }

  /** Those of them that have their body: who comes to one finds its door. */
  withRoom(): readonly Omit<Hosted<Frame>, "takeOff">[] {
    return [...this.#hosted.values()].filter(({ takeOff }) => takeOff !== undefined);
  }

  /** Which queue made the match; undefined: none did. */
  originOf(id: string): MatchOrigin | undefined {
    return this.#hosted.get(id)?.origin;
  }

  /**
   * A new match, known to the store when this resolves.
   * @param by `origin` of one that a queue makes; `maker` of one that somebody asked for
   */
  async open(id: string, game: AnyGame, rawOptions: unknown, by: MadeBy = {}): Promise<OpenResult<Frame>> {
    const { limits } = this.#parts;
    if (this.#hosted.size + this.#opening.size >= limits.matchesMax)
      return {
        ok: false,
        code: "match/too-many",
        detail: `this server runs at most ${limits.matchesMax} matches`,
      };
    const tooMany = by.maker && tooManyOf(by.maker, this.#made(), limits);
    if (tooMany !== undefined) return { ok: false, code: "match/too-many-yours", detail: tooMany };
    const options = game.options.safeParse(rawOptions ?? {});
    if (!options.success) return { ok: false, code: "match/bad-options", detail: options.error.message };
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

  *#made() {
    const state = { seats: [] };
    for (const { maker } of this.#opening) yield { maker, state };
    for (const { live, maker } of this.#hosted.values()) yield { maker, state: live.match.state };
  }

  /** Whether the match runs here. */
  hosts(id: string): boolean {
    return this.#hosted.has(id);
  }

  /**
   * Takes over every running match of the store and restores it, a few at a time. One that cannot be read is
   * set aside by name, one of another game or version is left for a server that has it; neither keeps the
   * others from coming back (P7).
   */
  async restoreAll(): Promise<RestoreReport> {
    const waiting = (await this.#parts.store.list()).filter((entry) => entry.state === "running");
    const restored: string[] = [];
    const setAside: { id: string; reason: string }[] = [];
    const left: { id: string; reason: string }[] = [];
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
   * Takes one running match over, if its epoch still is the entry's, and restores it. What this server cannot
   * open it does not claim. Never rejects: a store that failed says nothing about the match, which is then left;
   * if it was claimed by then, the catalogue has this node as its owner although it does not run here.
   */
  async restoreOne(entry: MatchEntry): Promise<RestoreOutcome> {
    const { id } = entry;
    // Of two restores the slower one would put an older owner in the place of the newer.
    if (this.#runs(id) || this.#restoring.has(id))
      return { kind: "left", reason: `match ${id}: it runs here, or is on its way` };
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
    this.#host(taken.entry, taken.game, taken.state);
    return { kind: "restored" };
  }

  /** The match `id` for the room that is its new body; undefined when it does not wait for one. */
  take(id: string): LiveMatch<Frame> | undefined {
    const hosted = this.#hosted.get(id);
    return hosted !== undefined && hosted.takeOff === undefined ? hosted.live : undefined;
  }

  /** Lets the match tick; it has its body. */
  start(live: LiveMatch<Frame>): void {
    const hosted = this.#hosted.get(live.id)!;
    hosted.takeOff = this.#parts.ticker.add(live.match.game.tickRate, live);
    this.onChanged();
  }

  /** The match no longer runs here. One of the same id that was restored meanwhile is another one, and stays. */
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
    const { store, committer, nowMs, log, deliver, settle, gateOpen = false } = this.#parts;
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
      log,
      deliver,
      gateOpen,
      ...(origin !== undefined &&
        settle !== undefined && {
          settle: (outcome: Outcome) => settle({ id: entry.id, origin, outcome, state }),
        }),
    });
    // One that stopped, and whose room is still closing.
    this.#hosted.get(entry.id)?.takeOff?.();
    this.#hosted.set(entry.id, { live, startedAtMs: entry.createdAtMs, origin, maker, takeOff: undefined });
    this.onChanged();
    return live;
  }

  #limits(game: AnyGame, origin: MatchOrigin | undefined): LiveLimits {
    const { seatGraceSeconds, snapshotEverySeconds, emptySeconds, aloneSeconds, ...same } =
      this.#parts.limits;
    const ticksUntil = (seconds: number) =>
      seconds === 0 ? Number.POSITIVE_INFINITY : seconds * game.tickRate;
    return {
      ...same,
      emptyTicksMax: ticksUntil(emptySeconds),
      aloneTicksMax: ticksUntil(aloneSeconds),
      ...(origin !== undefined && { teamSize: origin.teamSize }),
      seatGraceTicks: seatGraceSeconds * game.tickRate,
      snapshotEveryTicks: snapshotEverySeconds * game.tickRate,
    };
  }
}
