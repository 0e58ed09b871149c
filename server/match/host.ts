/**
 * The matches of this process: opens new ones, restores stored ones, knows which run. It decides nothing
 * about sockets and rooms; a room takes its match from here.
 */

import type { AnyGame } from "../../shared/game.ts";
import type { Committer } from "../durability/committer.ts";
import { recoveryPlan } from "../durability/recovery.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import { StoreError } from "../store-error.ts";
import { type LiveLimits, LiveMatch, type MatchMetrics } from "./live-match.ts";
import { type About, aboutOf, otherVersion, RestoreError, restoredState } from "./restore.ts";
import { newMatchState } from "./state.ts";
import type { Ticker } from "./ticker.ts";

/** Limits in the units of the settings; a game's tick rate makes them ticks. */
export interface HostLimits {
  readonly seatGraceSeconds: number;
  readonly spectatorsMax: number;
  readonly commandsPendingMax: number;
  readonly unackedTicksMax: number;
  readonly gateBytesMax: number;
  readonly snapshotEverySeconds: number;
  readonly snapshotEveryBytes: number;
  readonly matchesMax: number;
}

export interface HostParts<Frame> {
  readonly node: string;
  readonly games: readonly AnyGame[];
  readonly store: Store;
  readonly committer: Committer;
  readonly ticker: Ticker;
  readonly limits: HostLimits;
  readonly metrics: MatchMetrics;
  readonly nowMs: () => number;
  /** A uint32 of chance, kept with the match. */
  readonly seed: () => number;
  readonly log: (message: string, details: object) => void;
  readonly deliver: (frame: Frame) => void;
  /** For tests only, see gate.ts. */
  readonly gateOpen?: boolean;
}

export type OpenResult<Frame> =
  | { ok: true; live: LiveMatch<Frame> }
  | { ok: false; code: "match/too-many" | "match/bad-options"; detail: string };

export interface RestoreReport {
  readonly restored: readonly string[];
  /** Unreadable: kept, and not looked at again. */
  readonly setAside: readonly { id: string; reason: string }[];
  /** Of a game or a version that this server does not have, or the store failed to say: to be tried again. */
  readonly left: readonly { id: string; reason: string }[];
}

/**
 * What became of one stored match. left: not by this server now. lost-race: another node claimed it, or it ended,
 * meanwhile.
 */
export type RestoreOutcome =
  | { readonly kind: "restored" }
  | { readonly kind: "set-aside" | "left" | "lost-race"; readonly reason: string };

const restoresAtOnce = 8;
const othersHaveIt = new Set<unknown>([
  "store/claimed-meanwhile",
  "store/not-running",
  "store/unknown-match",
]);

interface Hosted<Frame> {
  readonly live: LiveMatch<Frame>;
  readonly startedAtMs: number;
  takeOff: (() => void) | undefined;
}

export class MatchHost<Frame> {
  readonly #parts: HostParts<Frame>;
  readonly #hosted = new Map<string, Hosted<Frame>>();
  /** A match came or went. */
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
  all(): readonly { live: LiveMatch<Frame>; startedAtMs: number }[] {
    return [...this.#hosted.values()];
  }

  /** A new match, known to the store when this resolves. */
  async open(id: string, game: AnyGame, rawOptions: unknown): Promise<OpenResult<Frame>> {
    if (this.#hosted.size >= this.#parts.limits.matchesMax) {
      return {
        ok: false,
        code: "match/too-many",
        detail: `this server runs at most ${this.#hosted.size} matches`,
      };
    }
    const options = game.options.safeParse(rawOptions ?? {});
    if (!options.success) return { ok: false, code: "match/bad-options", detail: options.error.message };
    const seed = this.#parts.seed();
    const about: About = { game: game.name, version: game.version, seed, options: options.data };
    const entry = await this.#parts.store.create({
      id,
      node: this.#parts.node,
      about: JSON.stringify(about),
    });
    return { ok: true, live: this.#host(entry, game, newMatchState(game, seed, options.data)) };
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
   * open it does not claim. Never rejects: a store that failed says nothing about the match, which is then left.
   */
  async restoreOne(entry: MatchEntry): Promise<RestoreOutcome> {
    const { store, node } = this.#parts;
    const because = (reason: string) => `match ${entry.id}: ${reason}`;
    try {
      const unfit = this.#unfit(entry);
      if (unfit !== undefined) return { kind: "left", reason: because(unfit) };
      const claimed = await store.claim(entry.id, node, { under: entry.epoch });
      const outcome = await this.#restore(claimed);
      if (outcome.kind === "set-aside") await store.setAside(entry.id, outcome.reason);
      return outcome;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const kind = othersHaveIt.has(code) ? "lost-race" : "left";
      return { kind, reason: because((error as Error).message) };
    }
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
  }

  /** The match no longer runs here. One of the same id that was restored meanwhile is another one, and stays. */
  forget(live: LiveMatch<Frame>): void {
    const hosted = this.#hosted.get(live.id);
    if (hosted?.live !== live) return;
    hosted.takeOff?.();
    this.#hosted.delete(live.id);
    this.onChanged();
  }

  /** Why this server cannot open the match, whatever is in its journal. */
  #unfit(entry: MatchEntry): string | undefined {
    const about = aboutOf(entry);
    const game = this.#gameOf(about);
    if (game === undefined) return `there is no game "${about.game}" here`;
    return otherVersion(game, about.version);
  }

  #gameOf(about: About): AnyGame | undefined {
    return this.#parts.games.find((candidate) => candidate.name === about.game);
  }

  /** @param entry just claimed */
  async #restore(entry: MatchEntry): Promise<RestoreOutcome> {
    const because = (reason: string) => `match ${entry.id}: ${reason}`;
    try {
      const about = aboutOf(entry);
      const game = this.#gameOf(about)!;
      const plan = recoveryPlan(await this.#parts.store.load(entry.id));
      if (plan.kind === "set-aside") {
        const kind = plan.code === "recovery/newer-version" ? "left" : "set-aside";
        return { kind, reason: because(plan.reason) };
      }
      for (const note of plan.notes) this.#parts.log("restore", { match: entry.id, note });
      this.#host(entry, game, restoredState(game, about, plan));
      return { kind: "restored" };
    } catch (error) {
      // A store that did not answer says nothing about the match: setting it aside would end it for all.
      const isLeft =
        error instanceof StoreError ||
        (error instanceof RestoreError && error.code === "restore/other-version");
      return { kind: isLeft ? "left" : "set-aside", reason: because((error as Error).message) };
    }
  }

  #host(entry: MatchEntry, game: AnyGame, state: LiveMatch<Frame>["match"]["state"]): LiveMatch<Frame> {
    const { store, committer, metrics, nowMs, log, deliver, gateOpen = false } = this.#parts;
    const live = new LiveMatch<Frame>({
      id: entry.id,
      epoch: entry.epoch,
      game,
      state,
      limits: this.#limits(game),
      store,
      committer,
      metrics,
      nowMs,
      log,
      deliver,
      gateOpen,
    });
    this.#hosted.set(entry.id, { live, startedAtMs: entry.createdAtMs, takeOff: undefined });
    this.onChanged();
    return live;
  }

  #limits(game: AnyGame): LiveLimits {
    const { seatGraceSeconds, snapshotEverySeconds, ...same } = this.#parts.limits;
    return {
      ...same,
      seatGraceTicks: seatGraceSeconds * game.tickRate,
      snapshotEveryTicks: snapshotEverySeconds * game.tickRate,
    };
  }
}
