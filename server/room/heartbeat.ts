/**
 * Closes connections that show no sign of life. A sign is a pong or, while much data is on its way to a client,
 * progress in sending it: a ping waits behind a large state, and a slow connection is not a dead one.
 */
import type { Socket } from "node:net";
import type { WatchedSocket } from "./watched-socket.ts";

/** Beats for which sending progress alone is enough; at one beat per 1.5 s that is a minute. */
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

/** Bytes that the kernel has not accepted. Node reports the progress of a single large write nowhere else. */
function queuedIn(tcp: Socket | undefined): number {
  const handle = (tcp as { _handle?: { writeQueueSize?: number } | null } | undefined)?._handle;
  return handle?.writeQueueSize ?? 0;
}
