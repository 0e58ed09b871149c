/** The metrics of rooms. Patches and inputs are counted at every tick, so the methods must be cheap. */
import type { WatchFault } from "./frame-watch.ts";

export interface RoomMetrics {
  /** Inputs of one client that were dropped at once because its buffer was full. */
  inputsOverflowed(inputs: number): void;
  /** One patch of a match: how many clients got it, and all bytes sent since the patch before. */
  patchSent(clients: number, bytes: number): void;
  /** A client's message was refused and its connection closed. */
  messageRefused(fault: WatchFault): void;
  /** A player reconnected to their seat. */
  reconnected(): void;
}
