/** A started process, whatever its role, as serve.ts uses it. */
import type { StatusNumbers } from "../ops/child-messages.ts";

export interface RunningServer {
  readonly port: number;
  /** Matches that it runs at the start. */
  readonly matches: number;
  /** Numbers since the last call. */
  status(): StatusNumbers;
  /** Stops in order; its matches continue elsewhere or after the next start. */
  stop(): Promise<void>;
}
