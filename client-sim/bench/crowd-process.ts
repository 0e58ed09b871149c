/** The light clients as the benchmark sees them: a process of their own, so that they load another core than the bench. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type CrowdOrder =
  | { readonly type: "join"; readonly url: string; readonly matches: number; readonly seats: number }
  | { readonly type: "count" };

/** Patches and bytes since the start of the process; `lost`: connections that the server closed. */
export interface CrowdAnswer {
  readonly patches: number;
  readonly bytes: number;
  readonly clients: number;
  readonly lost: number;
  /** Processor time of the crowd itself since its start. */
  readonly cpuSeconds: number;
}

export class Crowd {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when every client plays. */
  static async join(options: { url: string; matches: number; seats: number }): Promise<Crowd> {
    const child = fork(join(import.meta.dirname, "crowd.ts"), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const crowd = new Crowd(child);
    try {
      await crowd.#ask({ type: "join", ...options });
    } catch (error) {
      await crowd.stop();
      throw error;
    }
    return crowd;
  }

  count(): Promise<CrowdAnswer> {
    return this.#ask({ type: "count" });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async #ask(order: CrowdOrder): Promise<CrowdAnswer> {
    const died = new AbortController();
    const ended = once(this.#child, "exit", { signal: died.signal }).then(() => {
      throw new Error("the process of the light clients died; its message is above");
    });
    ended.catch(() => {});
    this.#child.send(order);
    const [answer] = await Promise.race([once(this.#child, "message"), ended]);
    died.abort();
    return answer as CrowdAnswer;
  }
}
