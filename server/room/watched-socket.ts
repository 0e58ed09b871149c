/**
 * A WebSocket of the server whose messages are watched before any listener has them, whoever listens, now or later.
 * What a listener throws stays in this connection.
 */
import { WebSocket } from "ws";
import type { FrameWatch } from "./frame-watch.ts";

export class WatchedSocket extends WebSocket {
  /** Set before the first message can come. */
  watch: FrameWatch | undefined = undefined;

  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { watch } = this;
    if (watch === undefined) return super.emit(event, first, second);
    if (event === "message") {
      if (!watch.admits(first as Buffer, second as boolean)) return true;
      try {
        return super.emit(event, first, second);
      } catch (error) {
        watch.failed(error);
        return true;
      }
    }
    if ((event === "ping" || event === "pong") && !watch.admitsControl()) return true;
    return super.emit(event, first, second);
  }
}
