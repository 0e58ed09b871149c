/** The light clients as the benchmark sees them: a process of their own, so that they load another core than the bench. */

import { programPath } from "../../shared/command-line/program-path.ts";
import { AskedProcess } from "./asked-process.ts";

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
  readonly #process = new AskedProcess<CrowdOrder>(
    programPath(import.meta.url, "./crowd.ts"),
    "the light clients",
  );

  private constructor() {}

  /** Resolves when every client plays. */
  static async join(options: CrowdSize): Promise<Crowd> {
    const crowd = new Crowd();
    try {
      await crowd.#process.ask({ type: "join", ...options });
    } catch (error) {
      await crowd.stop();
      throw error;
    }
    return crowd;
  }

  count(): Promise<CrowdAnswer> {
    return this.#process.ask({ type: "count" });
  }

  /** Resolves when everyone who was hit plays again, or has had the time to. */
  strike(strike: CrowdStrike): Promise<CrowdGaps> {
    return this.#process.ask({ type: "strike", ...strike });
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
