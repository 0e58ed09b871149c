/**
 * Restores stored matches in this process: all of the store, or one that another node left, each at most once at a
 * time. It remembers which could not be opened here. It decides nothing about a match that runs; its host has those.
 */
import type { SteadyClock } from "../../shared/clock.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import { type HostMetrics, noHostMetrics } from "./host-metrics.ts";
import { type TakeOver, type TakeOverParts, takeOver } from "./take-over.ts";

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

type Opened = Extract<TakeOver, { kind: "opened" }>;

/** The result of one restore. lost-race: another node claimed the match, or it ended, meanwhile. */
export type RestoreOutcome = { readonly kind: "restored" } | Exclude<TakeOver, Opened>;

export interface RestoreParts extends TakeOverParts {
  readonly store: Store;
  /** Without it, nothing is measured. */
  readonly metrics?: HostMetrics;
  readonly nowMs: SteadyClock;
}

const restoresAtOnce = 8;
/** Beyond it the oldest is forgotten, and would be claimed once more before it is left again. */
const leftMax = 1000;

export class Restores {
  readonly #parts: RestoreParts;
  readonly #runs: (id: string) => boolean;
  readonly #onOpened: (opened: Opened) => void;
  readonly #underWay = new Set<string>();
  /** Matches that could not be opened here, the latest last. */
  readonly #left = new Set<string>();

  /** @param host `runs`: whether a match runs in this process; `onOpened` gives it to the host */
  constructor(
    parts: RestoreParts,
    host: { readonly runs: (id: string) => boolean; readonly onOpened: (opened: Opened) => void },
  ) {
    this.#parts = parts;
    this.#runs = host.runs;
    this.#onOpened = host.onOpened;
  }

  /**
   * Takes over every running match of the store and restores it, a few at a time. One that cannot be read is set
   * aside by name; one of another game or version is left for a server that has it. Neither keeps the others from
   * being restored (P7).
   */
  async all(): Promise<RestoreReport> {
    const waiting = (await this.#parts.store.list("awake")).filter((entry) => entry.state === "running");
    const restored: string[] = [];
    const setAside: LeftMatch[] = [];
    const left: LeftMatch[] = [];
    const restoreNext = async (): Promise<void> => {
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
        const outcome = await this.one(entry);
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
  async one(entry: MatchEntry): Promise<RestoreOutcome> {
    const { id } = entry;
    // With two restores at once, the slower one would replace the newer owner by an older one.
    if (this.#runs(id) || this.#underWay.has(id))
      return { kind: "left", reason: `match ${id}: it runs here, or is being restored` };
    this.#underWay.add(id);
    const { nowMs, metrics = noHostMetrics } = this.#parts;
    const startedMs = nowMs();
    try {
      const outcome = await this.#restore(entry);
      metrics.restored(outcome.kind, (nowMs() - startedMs) / 1000);
      return outcome;
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #restore(entry: MatchEntry): Promise<RestoreOutcome> {
    const taken = await takeOver(this.#parts, entry, { looksFirst: this.#left.has(entry.id) });
    this.#remember(entry.id, taken.kind === "left");
    if (taken.kind === "set-aside") return await this.#setAside(entry.id, taken);
    if (taken.kind !== "opened") return taken;
    this.#onOpened(taken);
    return { kind: "restored" };
  }

  #remember(id: string, isLeft: boolean): void {
    this.#left.delete(id);
    if (isLeft) this.#left.add(id);
    if (this.#left.size > leftMax) this.#left.delete(this.#left.values().next().value!);
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
}
