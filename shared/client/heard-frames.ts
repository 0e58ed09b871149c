/** Looks at every frame of a connection before the SDK reads it. It keeps nothing and changes nothing. */
import type { Room } from "@colyseus/sdk";
import { pongKind } from "../wire/pong.ts";

/** Colyseus keeps the kind of a frame in the low five bits of its first byte. */
const kindMask = 0x1f;

export interface FrameListener {
  readonly onFrame: (bytes: number) => void;
  /** An answer to a ping, which a node that has lost the match may still give. */
  readonly onPong: (frame: ArrayBuffer) => void;
  readonly onOther: () => void;
}

export function hearFrames({ events }: Room["connection"], listener: FrameListener): void {
  const receive = events.onmessage;
  events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
    const { data } = event;
    listener.onFrame(data.byteLength);
    if (((new Uint8Array(data)[0] ?? 0) & kindMask) === pongKind) listener.onPong(data);
    else listener.onOther();
    receive?.(event);
  };
}
