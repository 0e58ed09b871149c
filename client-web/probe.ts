/** What the page shows of itself at `window.__holdfast`, for tests and for whoever opens the console. */
import type { ConnectionState } from "../shared/client/follow-match.ts";
import type { Seen, SeenPlayer } from "../shared/games/arena/seen.ts";

interface Probe {
  readonly state: ConnectionState["kind"];
  readonly tick: number;
  /** Undefined for a spectator. */
  readonly seat: number | undefined;
  readonly matchId: string;
  readonly self: SeenPlayer | undefined;
  readonly seen: Seen;
  /** Connection lost → next patch, ms. */
  readonly gaps: readonly number[];
  /** Input → acknowledgement, ms. */
  readonly ackMs: readonly number[];
  /** Times in which prediction and server disagreed. */
  readonly corrections: number;
  readonly renderer: string;
}

declare global {
  interface Window {
    __holdfast?: Probe;
  }
}
