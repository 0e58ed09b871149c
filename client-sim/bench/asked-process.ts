/** A part of a benchmark in a process of its own, so that it uses another core: it handles one order at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export class AskedProcess<Order extends { readonly type: string }> {
  readonly #child: ChildProcess;
  readonly #name: string;

  /** @param entry a file of this folder, which answers each message with one and ends when it is disconnected */
  constructor(entry: string, name: string) {
    this.#child = fork(entry, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#name = name;
  }

  /** @throws Error when the process died; its messages are on stderr */
  async ask<Answer>(order: Order): Promise<Answer> {
    const died = new AbortController();
    const ended = once(this.#child, "exit", { signal: died.signal }).then(() => {
      throw new Error(`the process of ${this.#name} died; its message is above`);
    });
    ended.catch(() => {});
    this.#child.send(order);
    const [answer] = await Promise.race([once(this.#child, "message"), ended]);
    died.abort();
    return answer as Answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
