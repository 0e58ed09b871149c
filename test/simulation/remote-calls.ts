/**
 * Questions over a bad network, asked by one process: a question takes time, may never arrive, may arrive long after
 * its asker gave up on it, and its answer may be lost although what was asked for was done.
 */
import { StoreError } from "../../server/store-error.ts";
import type { Chance } from "./chance.ts";
import type { StoreTrouble, Weather } from "./faults.ts";
import { Line, type LineParts } from "./line.ts";
import type { Trace } from "./trace.ts";

/** A lost question that arrives after all, comes this late. */
const ghostMsMax = 4000;

/** What stands between a process and the store now. */
export interface Conditions {
  /** The weather at this node. */
  readonly weather: ReadonlySet<Weather>;
  readonly trouble: ReadonlySet<StoreTrouble>;
  /** Grows when the store starts anew: what was on the way to or from the old one is lost. */
  readonly storeStarts: () => number;
}

export interface RemoteCallsParts {
  readonly name: string;
  /** So many of the lost questions were only in some buffer, and arrive after all. */
  readonly ghostPercent: number;
  /** Whom it asks. */
  readonly of: "store" | "peers";
  readonly conditions: Conditions;
  readonly line: LineParts;
  readonly chance: Chance;
  readonly trace: Trace;
  /** Runs `task` in the process: not when it is dead, later when it stands still. */
  readonly inProcess: (task: () => void) => void;
  readonly later: (ms: number, task: () => void) => void;
}

export interface Call<Result> {
  readonly what: string;
  readonly writes: boolean;
  readonly answerMsMax: number;
  /** What is done where the question arrives. One that never settles is never answered. */
  readonly run: () => Promise<Result>;
}

export class RemoteCalls {
  readonly #parts: RemoteCallsParts;
  #there: Line;
  #back: Line;

  constructor(parts: RemoteCallsParts) {
    this.#parts = parts;
    this.#there = new Line(parts.line);
    this.#back = new Line(parts.line);
  }

  /** Whether a connection can be made now. */
  get reachable(): boolean {
    return !this.#storeIsGone() && !this.#weather().some(({ kind }) => kind === "cut");
  }

  /** @throws StoreError `store/unavailable` without an answer; else as `run`. */
  ask<Result>({ what, writes, answerMsMax, run }: Call<Result>): Promise<Result> {
    const { later, trace, name, chance } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const start = this.#starts();
    let answered = false;
    const back = this.#back;
    const reply = (settle: () => void) => {
      if (this.#isLost("replies")) return trace.say(`${name}: the answer to ${what} is lost`);
      const arrive = () => {
        if (this.#starts() !== start) return;
        answered = true;
        settle();
      };
      back.carry(() => this.#parts.inProcess(arrive), this.#extraMs());
    };
    const arrive = () => {
      const error = this.#refusal({ what, writes });
      if (error === "silence" || this.#starts() !== start) return;
      if (error !== undefined) return reply(() => reject(error));
      run().then(
        (result) => reply(() => resolve(result)),
        (cause) => reply(() => reject(cause)),
      );
    };
    if (!this.#isLost("requests")) this.#there.carry(arrive, this.#extraMs());
    else if (chance.happens(this.#parts.ghostPercent))
      this.#parts.line.scheduler.later(chance.below(ghostMsMax), arrive);
    later(answerMsMax, () => {
      if (answered) return;
      trace.say(`${name}: ${what} had no answer`);
      this.#connectAnew();
      reject(new StoreError("store/unavailable", `${what} had no answer in ${answerMsMax} ms`));
    });
    return promise;
  }

  /** A word to this process that nobody asked for. */
  hear(arrive: () => void): void {
    if (this.#storeIsGone() || this.#isLost("replies")) return;
    this.#back.carry(() => this.#parts.inProcess(arrive), this.#extraMs());
  }

  #starts(): number {
    const { of, conditions } = this.#parts;
    return of === "store" ? conditions.storeStarts() : 0;
  }

  #refusal({ what, writes }: { what: string; writes: boolean }): Error | "silence" | undefined {
    if (this.#parts.of === "peers") return undefined;
    for (const trouble of this.#parts.conditions.trouble) {
      if (trouble.kind === "store-restart") return "silence";
      if (trouble.kind === "store-down") {
        return trouble.answers
          ? new StoreError("store/unavailable", `${what}: the store is down`)
          : "silence";
      }
      if (writes) return new StoreError("store/full", `${what}: the store is full`);
    }
    return undefined;
  }

  #storeIsGone(): boolean {
    if (this.#parts.of === "peers") return false;
    return [...this.#parts.conditions.trouble].some(({ kind }) => kind !== "store-full");
  }

  #weather(): readonly Weather[] {
    const { conditions, of } = this.#parts;
    if (conditions.weather.size === 0) return noWeather;
    return [...conditions.weather].filter(({ between }) => between === "both" || between === of);
  }

  #isLost(way: "requests" | "replies"): boolean {
    for (const weather of this.#weather()) {
      if (weather.kind === "cut" && (weather.way === "both" || weather.way === way)) return true;
      if (weather.kind === "lossy" && this.#parts.chance.happens(weather[way])) return true;
    }
    return false;
  }

  #extraMs(): number {
    let extraMs = 0;
    for (const weather of this.#weather()) {
      if (weather.kind === "slow") extraMs += this.#parts.chance.below(weather.extraMs);
    }
    return extraMs;
  }

  /** What is still on the old connection may arrive after what is sent on the new one. */
  #connectAnew(): void {
    this.#there = new Line(this.#parts.line);
    this.#back = new Line(this.#parts.line);
  }
}

const noWeather: readonly Weather[] = [];
