/** Where the numbers of rooms go. Patches and inputs come at every tick: the methods must be cheap. */
import type { WatchFault } from "./frame-watch.ts";

export interface RoomMetrics {
  /** Of one client at once: the inbox was full. */
  inputsOverflowed(inputs: number): void;
  /** One patch of a match, to so many clients, with all bytes that left since the one before. */
  patchSent(clients: number, bytes: number): void;
  /** A client's message was not taken, and its connection closed. */
  messageRefused(fault: WatchFault): void;
  /** Somebody came back to their seat on another connection. */
  reconnected(): void;
}
