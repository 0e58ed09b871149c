/** The store as one process sees it: behind a bad network (remote-calls.ts). */
import type { MatchEntry, Store } from "../../server/durability/store.ts";
import type { RemoteCalls } from "./remote-calls.ts";

export interface RemoteStoreParts {
  readonly store: Store;
  readonly calls: RemoteCalls;
  readonly answerMsMax: number;
}

export class RemoteStore implements Store {
  readonly level = "process";
  readonly #parts: RemoteStoreParts;

  constructor(parts: RemoteStoreParts) {
    this.#parts = parts;
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

  sleep(...args: Parameters<Store["sleep"]>) {
    return this.#ask("sleep", true, (store) => store.sleep(...args));
  }

  dueFirst(...args: Parameters<Store["dueFirst"]>) {
    return this.#ask("dueFirst", false, (store) => store.dueFirst(...args));
  }

  openAsleep(...args: Parameters<Store["openAsleep"]>) {
    return this.#ask("openAsleep", false, (store) => store.openAsleep(...args));
  }

  asleep() {
    return this.#ask("asleep", false, (store) => store.asleep());
  }

  list(...args: Parameters<Store["list"]>): Promise<readonly MatchEntry[]> {
    return this.#ask("list", false, (store) => store.list(...args));
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

  #ask<Result>(what: string, writes: boolean, run: (store: Store) => Promise<Result>): Promise<Result> {
    const { calls, store, answerMsMax } = this.#parts;
    return calls.ask({ what, writes, answerMsMax, run: () => run(store) });
  }
}
