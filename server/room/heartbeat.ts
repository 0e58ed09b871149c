/**
 * Ends connections that give no sign of life: a pong, or, while much is on its way to a client, bytes that get
 * through. A ping waits behind a large state, and a slow line is not a dead one.
 */
import type { Socket } from "node:net";
import type { WatchedSocket } from "./watched-socket.ts";

/** Beats for which bytes alone are enough; at one in 1.5 s that is a minute. */
const beatsBySendingMax = 40;

export function beat(sockets: Iterable<WatchedSocket>, missedMax: number): void {
  for (const socket of sockets) {
    const { life } = socket;
    const queuedBytes = queuedIn(socket.tcp);
    const gotThrough = queuedBytes > 0 && queuedBytes < life.queuedBytes;
    life.beatsBySending = queuedBytes === 0 ? 0 : life.beatsBySending + 1;
    life.queuedBytes = queuedBytes;
    if (gotThrough && life.beatsBySending <= beatsBySendingMax) socket.pingCount = 0;
    if (socket.pingCount >= missedMax) {
      socket.terminate();
      continue;
    }
    socket.pingCount += 1;
    socket.ping(() => {});
  }
}

/** What the kernel has not taken yet. A single large piece is taken bit by bit, which Node tells nowhere else. */
function queuedIn(tcp: Socket | undefined): number {
  const handle = (tcp as { _handle?: { writeQueueSize?: number } | null } | undefined)?._handle;
  return handle?.writeQueueSize ?? 0;
}
