/**
 * The store as one node sees it: behind a network. A request takes time, may never arrive, may arrive long
 * after its sender gave up on it, and its answer may be lost although the write was made.
 */
import type { MatchEntry, Store } from "../../server/durability/store.ts";
import { StoreError } from "../../server/store-error.ts";
import type { Chance } from "./chance.ts";
import type { StoreTrouble, Weather } from "./faults.ts";
import { Line, type LineParts } from "./line.ts";
import type { Trace } from "./trace.ts";

/** A lost request may still be in some buffer, and arrive after all. */
const ghostPercent = 30;
const ghostMsMax = 4000;

/** What stands between the nodes and the store now. */
export interface Conditions {
  /** Of this node. */
  readonly weather: ReadonlySet<Weather>;
  readonly trouble: ReadonlySet<StoreTrouble>;
}

export interface RemoteStoreParts {
  readonly name: string;
  readonly store: Store;
  readonly conditions: Conditions;
  readonly line: LineParts;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly answerMsMax: number;
  /** Runs `task` in the node's process: not when it is dead, later when it stands still. */
  readonly inProcess: (task: () => void) => void;
  readonly later: (task: () => void, ms: number) => void;
}

export class RemoteStore implements Store {
  readonly level = "process";
  readonly #parts: RemoteStoreParts;
  #there: Line;
  #back: Line;
  /** What `list` shows; a node restores what it was asked to, and nothing else. */
  #wanted: string | undefined;

  constructor(parts: RemoteStoreParts) {
    this.#parts = parts;
    this.#there = new Line(parts.line);
    this.#back = new Line(parts.line);
  }

  /** The next `list` shows this match only. */
  want(id: string): void {
    this.#wanted = id;
  }

  create(...args: Parameters<Store["create"]>) {
    return this.#ask("create", true, (store) => store.create(...args));
  }

  claim(...args: Parameters<Store["claim"]>) {
    return this.#ask("claim", true, (store) => store.claim(...args));
  }

  append(...args: Parameters<Store["append"]>) {
    return this.#ask("append", true, (store) => store.append(...args));
  }

  snapshot(...args: Parameters<Store["snapshot"]>) {
    return this.#ask("snapshot", true, (store) => store.snapshot(...args));
  }

  list(): Promise<readonly MatchEntry[]> {
    const wanted = this.#wanted;
    return this.#ask("list", false, async (store) => (await store.list()).filter(({ id }) => id === wanted));
  }

  find(...args: Parameters<Store["find"]>) {
    return this.#ask("find", false, (store) => store.find(...args));
  }

  load(...args: Parameters<Store["load"]>) {
    return this.#ask("load", false, (store) => store.load(...args));
  }

  finish(...args: Parameters<Store["finish"]>) {
    return this.#ask("finish", true, (store) => store.finish(...args));
  }

  setAside(...args: Parameters<Store["setAside"]>) {
    return this.#ask("setAside", true, (store) => store.setAside(...args));
  }

  remove(...args: Parameters<Store["remove"]>) {
    return this.#ask("remove", true, (store) => store.remove(...args));
  }

  async close(): Promise<void> {}

  /** A word to whoever watches over the nodes; it goes the way of all requests, and nobody answers. */
  tell(arrive: () => void): void {
    if (!this.#isLost("requests")) this.#there.carry(arrive, this.#extraMs());
  }

  #ask<Result>(what: string, writes: boolean, run: (store: Store) => Promise<Result>): Promise<Result> {
    const { later, trace, name, answerMsMax, chance, store } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    let answered = false;
    const back = this.#back;
    const reply = (settle: () => void) => {
      if (this.#isLost("replies")) return trace.say(`${name}: the answer to ${what} is lost`);
      const arrive = () => {
        answered = true;
        settle();
      };
      back.carry(() => this.#parts.inProcess(arrive), this.#extraMs());
    };
    const arrive = () => {
      const error = this.#refusal(what, writes);
      if (error === "silence") return;
      if (error !== undefined) return reply(() => reject(error));
      run(store).then(
        (result) => reply(() => resolve(result)),
        (cause) => reply(() => reject(cause)),
      );
    };
    if (!this.#isLost("requests")) this.#there.carry(arrive, this.#extraMs());
    else if (chance.happens(ghostPercent)) this.#parts.line.scheduler.later(chance.below(ghostMsMax), arrive);
    later(() => {
      if (answered) return;
      trace.say(`${name}: ${what} had no answer`);
      this.#connectAnew();
      reject(new StoreError("store/unavailable", `${what} had no answer in ${answerMsMax} ms`));
    }, answerMsMax);
    return promise;
  }

  #refusal(what: string, writes: boolean): Error | "silence" | undefined {
    for (const trouble of this.#parts.conditions.trouble) {
      if (trouble.kind === "store-down") {
        return trouble.answers
          ? new StoreError("store/unavailable", `${what}: the store is down`)
          : "silence";
      }
      if (writes) return new StoreError("store/full", `${what}: the store is full`);
    }
    return undefined;
  }

  #isLost(way: "requests" | "replies"): boolean {
    for (const weather of this.#parts.conditions.weather) {
      if (weather.kind === "cut" && (weather.way === "both" || weather.way === way)) return true;
      if (weather.kind === "lossy" && this.#parts.chance.happens(weather[way])) return true;
    }
    return false;
  }

  #extraMs(): number {
    let extraMs = 0;
    for (const weather of this.#parts.conditions.weather) {
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
