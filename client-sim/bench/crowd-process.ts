/** The light clients as the benchmark sees them: a process of their own, so that they use another core. */

import { programPath } from "../../shared/command-line/program-path.ts";
import type { GameArguments } from "../which-game.ts";
import { AskedProcess } from "./asked-process.ts";
import type { TimeSpread } from "./spread.ts";

export type CrowdOrder =
  | ({ readonly type: "join" } & CrowdSize)
  | { readonly type: "count" }
  | { readonly type: "times" }
  | ({ readonly type: "strike" } & CrowdStrike);

export interface CrowdSize {
  readonly url: string;
  readonly asked: GameArguments;
  /** A room of Colyseus, and not a game: its clients join it by Colyseus' own routes, and `asked` means nothing. */
  readonly room?: CrowdRoom;
  readonly matches: number;
  readonly seats: number;
  /** Clients in all matches together, when the last match is not to be filled. */
  readonly clients?: number;
  /** Half of the clients reconnect like our client, the others like the plain SDK. */
  readonly comesBack?: true;
  /** All but the first client of a match join at the same time, and not one after the other. */
  readonly atOnce?: true;
  /** The server is no Holdfast (light-client.ts). */
  readonly plain?: boolean;
}

export interface CrowdRoom {
  readonly name: string;
  /** What each client sends once a second; left out: nothing. */
  readonly message?: string;
}

/** A fault that the crowd itself causes, so that one clock measures. */
export interface CrowdStrike {
  /** Where the owner of a match can be asked for. */
  readonly url: string;
  readonly pid: number;
  /** A stopped process continues only when everyone is back, so that its waking up is not what brings them back. */
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** Epochs of the matches of that process; their clients are waited for. */
  readonly epochs: Readonly<Record<string, number>>;
}

/** Times from the strike to the first patch of the next connection. */
export interface CrowdGaps {
  readonly ours: readonly number[];
  readonly sdk: readonly number[];
  readonly notBack: number;
}

/** Patches, answers and bytes since the start of the process; `lost`: connections that the server closed. */
export interface CrowdAnswer {
  readonly patches: number;
  readonly answers: number;
  readonly bytes: number;
  readonly clients: number;
  readonly lost: number;
  /** Processor time of the crowd itself since its start. */
  readonly cpuSeconds: number;
}

/** What the clients of a crowd without `comesBack` have seen since it was last asked for. */
export interface CrowdTimes {
  readonly patchMs: TimeSpread;
  readonly inputMs: TimeSpread;
}

export class Crowd {
  readonly #process = new AskedProcess<CrowdOrder>(
    programPath(import.meta.url, "./crowd.ts"),
    "the light clients",
  );

  private constructor() {}

  /** Resolves when all clients play. */
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

  times(): Promise<CrowdTimes> {
    return this.#process.ask({ type: "times" });
  }

  /** Resolves when all clients that were hit play again, or the time is up. */
  strike(strike: CrowdStrike): Promise<CrowdGaps> {
    return this.#process.ask({ type: "strike", ...strike });
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
