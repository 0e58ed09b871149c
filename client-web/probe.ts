/** The state of the page at `window.__holdfast`, for tests and the console. */
import type { ConnectionState } from "../shared/client/connection-state.ts";
import type { Seen, SeenPlayer } from "../shared/games/arena/seen.ts";

interface Probe {
  readonly state: ConnectionState["kind"];
  readonly tick: number;
  /** Undefined for a spectator. */
  readonly seat: number | undefined;
  readonly matchId: string;
  readonly self: SeenPlayer | undefined;
  readonly seen: Seen;
  /** Times from a lost connection to the next patch, in ms. */
  readonly gaps: readonly number[];
  /** Times from an input to its acknowledgement, in ms. */
  readonly ackMs: readonly number[];
  /** How often prediction and server disagreed. */
  readonly corrections: number;
  readonly renderer: string;
}

declare global {
  interface Window {
    __holdfast?: Probe;
  }
}
