/**
 * A WebSocket of the server whose messages are watched before any listener has them, whoever listens, now or later.
 * What a listener throws stays in this connection.
 */
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { FrameWatch } from "./frame-watch.ts";

export class WatchedSocket extends WebSocket {
  /** Set before the first message can come. */
  watch: FrameWatch | undefined = undefined;
  /** The connection under it. */
  tcp: Socket | undefined = undefined;
  /** Pings without an answer; Colyseus sets it to 0 at each. */
  pingCount = 0;
  readonly life = { queuedBytes: 0, beatsBySending: 0 };

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
