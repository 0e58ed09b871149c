/** The light clients as the benchmark sees them: a process of their own, so that they load another core than the bench. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type CrowdOrder =
  | ({ readonly type: "join" } & CrowdSize)
  | { readonly type: "count" }
  | ({ readonly type: "strike" } & CrowdStrike);

export interface CrowdSize {
  readonly url: string;
  readonly matches: number;
  readonly seats: number;
  /** Of all matches together, when the last one is not to be filled. */
  readonly clients?: number;
  /** Every other client comes back as our client does, the others as the plain SDK. */
  readonly comesBack?: true;
}

/** The crowd does it itself, so that one clock measures. */
export interface CrowdStrike {
  /** Where one asks who owns a match. */
  readonly url: string;
  readonly pid: number;
  /** One that was stopped goes on when everyone is back: that it wakes must not be what brings them back. */
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** Epochs of the matches of this process: whose clients are waited for. */
  readonly epochs: Readonly<Record<string, number>>;
}

/** From the strike to the first patch of the next connection. */
export interface CrowdGaps {
  readonly ours: readonly number[];
  readonly sdk: readonly number[];
  readonly notBack: number;
}

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
  static async join(options: CrowdSize): Promise<Crowd> {
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
    return this.#ask<CrowdAnswer>({ type: "count" });
  }

  /** Resolves when everyone who was hit plays again, or has had the time to. */
  strike(strike: CrowdStrike): Promise<CrowdGaps> {
    return this.#ask<CrowdGaps>({ type: "strike", ...strike });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async #ask<Answer>(order: CrowdOrder): Promise<Answer> {
    const died = new AbortController();
    const ended = once(this.#child, "exit", { signal: died.signal }).then(() => {
      throw new Error("the process of the light clients died; its message is above");
    });
    ended.catch(() => {});
    this.#child.send(order);
    const [answer] = await Promise.race([once(this.#child, "message"), ended]);
    died.abort();
    return answer as Answer;
  }
}
