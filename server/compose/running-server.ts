/** A started process, whatever its role, as serve.ts sees it. */
import type { StatusNumbers } from "../ops/child-messages.ts";

export interface RunningServer {
  readonly port: number;
  /** Matches it runs at the start. */
  readonly matches: number;
  /** Of the time since the last call. */
  status(): StatusNumbers;
  /** In order; what it owns goes on elsewhere or after the next start. */
  stop(): Promise<void>;
}
