/**
 * The clock of a page that is not seen, as Chromium 156 has it: a timer is late to the next second, and one that a
 * chain of five timers has come to, to the next minute. A message of the network, and a task of a MessageChannel,
 * begin a chain anew. Put in the place of the globals for one test.
 */
import { vi } from "vitest";

const chainMax = 5;
const secondMs = 1000;
const minuteMs = 60_000;

interface Task {
  readonly id: number;
  readonly atMs: number;
  /** Timers that led to it, one after the other. */
  readonly chain: number;
  readonly act: () => void;
}

export class HiddenTab {
  nowMs = 0;
  #tasks: Task[] = [];
  #lastId = 0;
  /** The chain length of the task that runs. */
  #chain = 0;

  constructor() {
    vi.stubGlobal("setTimeout", (act: () => void, ms = 0) => this.#arm(act, ms));
    vi.stubGlobal("clearTimeout", (id: number | undefined) => {
      this.#tasks = this.#tasks.filter((task) => task.id !== id);
    });
    const tab = this;
    vi.stubGlobal(
      "MessageChannel",
      class {
        port1 = { onmessage: () => {}, close: () => {} };
        port2 = { postMessage: () => tab.network(0, () => this.port1.onmessage()) };
      },
    );
  }

  /** Something arrives. */
  network(inMs: number, act: () => void): void {
    this.#add({ atMs: this.nowMs + inMs, chain: 0, act });
  }

  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const next = this.#tasks.toSorted((a, b) => a.atMs - b.atMs || a.id - b.id)[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#tasks = this.#tasks.filter((task) => task !== next);
      this.nowMs = next.atMs;
      this.#chain = next.chain;
      next.act();
      this.#chain = 0;
    }
    this.nowMs = endMs;
  }

  #arm(act: () => void, ms: number): number {
    const grid = this.#chain >= chainMax ? minuteMs : secondMs;
    const atMs = Math.ceil((this.nowMs + ms) / grid) * grid;
    return this.#add({ atMs, chain: this.#chain + 1, act });
  }

  #add(task: Omit<Task, "id">): number {
    this.#lastId += 1;
    this.#tasks.push({ ...task, id: this.#lastId });
    return this.#lastId;
  }
}
