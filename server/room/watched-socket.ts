/**
 * A WebSocket of the server whose messages are checked before any listener gets them, whenever that listener was
 * added. An error that a listener throws ends only this connection.
 */
import type { Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import { WebSocket } from "ws";
import type { FrameWatch } from "./frame-watch.ts";
import type { InputLine } from "./input-line.ts";

type BufferLike = Parameters<WebSocket["send"]>[0];

export class WatchedSocket extends WebSocket {
  /** Set before the first message can come. */
  watch: FrameWatch | undefined = undefined;
  /** Where its inputs go; undefined: to Colyseus, as everything else. */
  inputs: InputLine | undefined = undefined;
  /** The TCP connection under it. */
  tcp: Socket | undefined = undefined;
  /** Unanswered pings; Colyseus sets it to 0 at each pong. */
  pingCount = 0;
  /** Called when the answer to its join leaves. */
  onJoinSent: (() => void) | undefined = undefined;
  readonly life = { queuedBytes: 0, beatsBySending: 0 };

  override send(data: BufferLike, ...given: unknown[]): void {
    if (data instanceof Uint8Array && data[0] === Protocol.JOIN_ROOM) this.onJoinSent?.();
    super.send(data, ...(given as [never]));
  }

  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { watch } = this;
    if (watch === undefined) return super.emit(event, first, second);
    if (event === "message") {
      if (!watch.admits(first as Buffer, second as boolean)) return true;
      try {
        if (this.inputs === undefined || (first as Buffer)[0] !== Protocol.ROOM_INPUT_RELIABLE)
          return super.emit(event, first, second);
        this.inputs.take(first as Buffer);
      } catch (error) {
        watch.failed(error);
      }
      return true;
    }
    if ((event === "ping" || event === "pong") && !watch.admitsControl()) return true;
    return super.emit(event, first, second);
  }
}
